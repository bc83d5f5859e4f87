import assert from "node:assert/strict";
import fc from "fast-check";
import { assessRisk, type DropContent, type FileChange } from "../../../../src/domain/change/risk.ts";
import { becauseOf, isAtLeast, riskWords } from "../../../../src/domain/change/riskLevel.ts";
import type { RiskRule } from "../../../../src/domain/policy/policy.ts";
import { UNTESTED_DEFAULTS } from "../../../../src/domain/policy/schemaParts.ts";

const DAY = 86_400_000;

function file(path: string, over: Partial<FileChange> = {}): FileChange {
  return { path, status: "modified", from: null, additions: 5, deletions: 2, ...over };
}

const content = (files: FileChange[], over: Partial<DropContent> = {}): DropContent => ({
  files,
  flags: [],
  packages: new Map(),
  recent: new Map(),
  ...over,
});

const rule = (condition: Partial<RiskRule>, over: Partial<RiskRule> = {}): RiskRule => ({
  level: "medium",
  because: "a reason",
  ...condition,
  ...over,
});

describe("the risk of a drop", () => {
  it("is low where no rule holds, and says how many were tried", () => {
    const risk = assessRisk([rule({ paths: ["db/**"] }), rule({ lines: 100 })], content([file("a.ts")]));
    assert.deepEqual(risk, { level: "low", reasons: [], rules: 2 });
    assert.equal(riskWords(risk), "low: none of the policy's 2 rules holds");
    assert.equal(riskWords(assessRisk([], content([]))), "low: the policy has no rules that could raise it");
  });

  it("is that of the worst rule, and every reason that holds is told, the worst first", () => {
    const risk = assessRisk(
      [
        rule({ lines: 7 }, { level: "medium", because: "large drop" }),
        rule({ paths: ["migrations/**"] }, { level: "high", because: "schema change" }),
      ],
      content([file("migrations/1.sql"), file("app.ts")]),
    );
    assert.equal(risk.level, "high");
    assert.deepEqual(becauseOf(risk), ["schema change", "large drop"]);
    assert.equal(riskWords(risk), "high: schema change, large drop");
  });

  it("names the files that a pattern matches, by their old names too", () => {
    const files = [file("db/2.sql", { from: "migrations/2.sql" }), file("migrations/.keep"), file("app.ts")];
    const [reason] = assessRisk([rule({ paths: ["migrations/**"] })], content(files)).reasons;
    assert.deepEqual(reason, {
      level: "medium",
      because: "a reason",
      condition: "paths",
      evidence: "2 files match migrations/**",
      items: ["db/2.sql", "migrations/.keep"],
    });
  });

  it("counts changed lines, and a drop of exactly the limit is large", () => {
    const files = [file("small.ts"), file("big.ts", { additions: 90, deletions: 3 })];
    assert.deepEqual(assessRisk([rule({ lines: 101 })], content(files)).reasons, []);
    const [reason] = assessRisk([rule({ lines: 100 })], content(files)).reasons;
    assert.equal(reason!.evidence, "100 lines changed in 2 files; large is 100 and more");
    assert.deepEqual(reason!.items, ["big.ts (93)", "small.ts (7)"]);
  });

  it("counts what nobody can count as large, and says so", () => {
    const uncounted = { additions: null, deletions: null };
    const files = [
      file("small.ts"),
      file("a.bin", uncounted),
      file("vendor/lib", { ...uncounted, kind: "submodule" }),
    ];
    const [reason] = assessRisk([rule({ lines: 800 })], content(files)).reasons;
    assert.equal(
      reason!.evidence,
      "7 lines changed in 3 files; large is 800 and more; 2 files whose lines cannot be counted",
    );
    assert.deepEqual(reason!.items, [
      "a.bin (binary or too large)",
      "vendor/lib (submodule)",
      "small.ts (7)",
    ]);
  });

  it("holds for a link or a submodule in the place of a folder that a pattern is about", () => {
    const holds = (pattern: string, path: string, kind: "link" | "submodule") =>
      assessRisk([rule({ paths: [pattern] })], content([file(path, { kind })])).reasons.length > 0;
    for (const kind of ["link", "submodule"] as const) {
      for (const [pattern, path] of [
        ["migrations/**", "migrations"],
        ["db/migrations/*.sql", "db"],
        ["db/{migrations,seeds}/**", "db/seeds"],
        ["services/*/migrations/**", "services/cart/migrations"],
        ["services/*/migrations/**", "services/cart"],
        ["**/migrations/**", "services/cart/migrations"],
      ] as const)
        assert.ok(holds(pattern, path, kind), `${pattern} ${path} ${kind}`);
      assert.equal(holds("migrations/**", "migrations2", kind), false);
      assert.equal(holds("migrations/**", "src/migrations", kind), false);
    }
    // What a submodule holds nobody knows here; what a link leads to changes elsewhere, if it does.
    assert.ok(holds("**/*.sql", "vendor/lib", "submodule"));
    assert.equal(holds("**/*.sql", "docs/latest", "link"), false);
    assert.equal(assessRisk([rule({ paths: ["db/x/**"] })], content([file("db")])).reasons.length, 0);
  });

  it("takes a submodule for a dependency, wherever it lies", () => {
    const [reason] = assessRisk(
      [rule({ dependencies: true })],
      content([file("lib", { kind: "submodule" }), file("a.ts")]),
    ).reasons;
    assert.deepEqual(reason!.items, ["lib"]);
  });

  it("names the flags that changed, by the keys that the rule is for", () => {
    const flags = [
      { key: "checkout-new", what: "defaultVariant off → on" },
      { key: "search", what: "added" },
    ];
    const [reason] = assessRisk([rule({ flags: ["checkout-*"] })], content([], { flags })).reasons;
    assert.deepEqual(reason!.items, ["checkout-new: defaultVariant off → on"]);
    assert.equal(reason!.evidence, "1 flag changed");
    assert.deepEqual(assessRisk([rule({ flags: ["x*"] })], content([], { flags })).reasons, []);
  });

  it("counts flags that nobody can read as changed", () => {
    const { level, reasons } = assessRisk([rule({ flags: ["*"] })], content([], { flags: null }));
    assert.equal(level, "medium");
    assert.match(reasons[0]!.evidence, /cannot be read/);
  });

  describe("of files without a recent test change", () => {
    const untested = (paths: string[], within = 14 * DAY): RiskRule =>
      rule({ untested: { paths, tests: [...UNTESTED_DEFAULTS.tests], within } });
    const judge = (files: FileChange[], recent: string[] | null) =>
      assessRisk([untested(["src/**"])], content(files, { recent: new Map([[14 * DAY, recent]]) })).reasons;

    for (const test of [
      "test/unit/cart.test.ts",
      "src/cart.spec.ts",
      "src/cart_test.go",
      "tests/test_cart.py",
      "test/java/CartTest.java",
      "test/CartTests.cs",
      "test/Cart.ts",
    ]) {
      it(`takes ${test} for a test of src/cart`, () =>
        assert.deepEqual(judge([file("src/cart.ts")], [test]), []));
    }

    it("names those whose tests did not change", () => {
      const [reason] = judge(
        [file("src/cart.ts"), file("src/pay.ts"), file("docs/a.md")],
        ["test/cart.test.ts"],
      );
      assert.deepEqual(reason!.items, ["src/pay.ts"]);
      assert.equal(reason!.evidence, "1 file has no test that changed in the last 14 days");
    });

    it("lets a test count that changes in the drop itself", () => {
      assert.deepEqual(judge([file("src/cart.ts"), file("test/cart.test.ts")], []), []);
      const gone = file("test/cart.test.ts", { status: "deleted" });
      assert.equal(judge([file("src/cart.ts"), gone], []).length, 1);
    });

    it("asks nothing of what is gone, of what only got another name, and of tests", () => {
      const files = [
        file("src/a.ts", { status: "deleted", additions: 0 }),
        file("src/b.ts", { status: "renamed", from: "src/c.ts", additions: 0, deletions: 0 }),
        file("src/d.test.ts"),
      ];
      assert.deepEqual(judge(files, []), []);
    });

    it("holds where the history cannot be read", () => {
      const [reason] = judge([file("src/cart.ts")], null);
      assert.match(reason!.evidence, /cannot be read/);
    });
  });

  it("names dependencies that changed, and manifests of which only that is known", () => {
    const packages = new Map([["package.json", ["ulid 3.0.2 → 3.0.3"]]]);
    const files = [file("package.json"), file("package-lock.json"), file("api/go.mod"), file("src/go.ts")];
    const [reason] = assessRisk([rule({ dependencies: true })], content(files, { packages })).reasons;
    assert.deepEqual(reason!.items, ["ulid 3.0.2 → 3.0.3 (package.json)", "package-lock.json", "api/go.mod"]);
    assert.equal(reason!.evidence, "1 dependency and 2 manifests changed");
  });

  it("does not take other changes of a package.json for dependencies", () => {
    const packages = new Map([["package.json", []]]);
    assert.deepEqual(
      assessRisk([rule({ dependencies: true })], content([file("package.json")], { packages })).reasons,
      [],
    );
    const unread = new Map([["package.json", null]]);
    const [reason] = assessRisk(
      [rule({ dependencies: true })],
      content([file("package.json")], { packages: unread }),
    ).reasons;
    assert.deepEqual(reason!.items, ["package.json (unreadable)"]);
  });

  it("never falls when a rule or a file is added (law)", () => {
    const paths = fc.constantFrom(
      "src/a.ts",
      "migrations/1.sql",
      "package-lock.json",
      "test/a.test.ts",
      "flags.json",
    );
    const files = fc.uniqueArray(
      paths.map((path) => file(path)),
      { selector: ({ path }) => path },
    );
    const level = fc.constantFrom("low" as const, "medium" as const, "high" as const);
    const rules = fc.array(
      fc
        .record({
          level,
          because: fc.constantFrom("a", "b"),
          condition: fc.constantFrom<Partial<RiskRule>>(
            { paths: ["migrations/**"] },
            { lines: 8 },
            { dependencies: true },
          ),
        })
        .map(({ condition, ...rest }) => ({ ...condition, ...rest }) as RiskRule),
    );
    fc.assert(
      fc.property(files, rules, rules, files, (some, few, more, others) => {
        const known = new Set(some.map(({ path }) => path));
        const all = [...some, ...others.filter(({ path }) => !known.has(path))];
        const before = assessRisk(few, content(some)).level;
        assert.ok(isAtLeast(assessRisk([...few, ...more], content(all)).level, before));
      }),
    );
  });
});
