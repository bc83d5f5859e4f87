import assert from "node:assert/strict";
import { FlagdCore } from "@openfeature/flagd-core";
import fc from "fast-check";
import { changedPackages, isManifest } from "../../../../src/domain/change/dependencyChanges.ts";
import { changedFlags, flagCare } from "../../../../src/domain/change/flags.ts";
import { SAMPLE_SIGNAL } from "../../../support/editor/watchedProject.ts";

const LOGGER = { error() {}, warn() {}, info() {}, debug() {} };

const flag = (over: object = {}) => ({
  state: "ENABLED",
  variants: { on: true, off: false },
  defaultVariant: "off",
  ...over,
});
const file = (flags: object) => JSON.stringify({ $schema: "x", flags });

describe("changed flags", () => {
  it("are told with what of them changed", () => {
    const before = file({ a: flag(), b: flag(), gone: flag(), same: flag() });
    const after = file({
      a: flag({ defaultVariant: "on" }),
      b: flag({ targeting: { if: [1] } }),
      same: flag(),
      new: flag(),
    });
    assert.deepEqual(changedFlags(before, after), [
      { key: "a", what: "defaultVariant off → on" },
      { key: "b", what: "targeting changed" },
      { key: "gone", what: "removed" },
      { key: "new", what: "added" },
    ]);
  });

  it("do not depend on layout or on the order of keys", () => {
    const before = '{"flags":{"a":{"state":"ENABLED","variants":{"on":true,"off":false}}}}';
    const after = '{ "flags": { "a": { "variants": { "off": false, "on": true }, "state": "ENABLED" } } }';
    assert.deepEqual(changedFlags(before, after), []);
  });

  it("are read from YAML as from JSON, as flagd and the editor read them", () => {
    const yaml = (on: string) =>
      `flags:\n  a: # the new checkout\n    state: ENABLED\n    variants: { "on": true, "off": false }\n    defaultVariant: "${on}"\n`;
    assert.deepEqual(changedFlags(yaml("off"), yaml("on")), [{ key: "a", what: "defaultVariant off → on" }]);
    assert.deepEqual(changedFlags(file({ a: flag() }), yaml("off")), []);
    const bomb = `a: &a [x, x]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]}, `.repeat(20)}]`).join("\n")}\nflags: *h\n`;
    assert.equal(changedFlags(null, bomb), null);
  });

  it("are all of them where the file comes or goes", () => {
    assert.deepEqual(changedFlags(null, file({ a: flag() })), [{ key: "a", what: "added" }]);
    assert.deepEqual(changedFlags(file({ a: flag() }), null), [{ key: "a", what: "removed" }]);
    assert.deepEqual(changedFlags(null, null), []);
  });

  it("are unknown where a version is no flag definition", () => {
    for (const broken of ["", "{", "[]", "null", "3"])
      assert.equal(changedFlags(file({}), broken), null, broken);
  });

  it("are unknown where a version goes in circles, or deeper than anybody can follow", () => {
    const circle = "flags:\n  a: &a { state: ENABLED, targeting: *a }\n";
    const deep = `{"flags":{"a":{"targeting":${"[".repeat(50_000)}${"]".repeat(50_000)}}}}`;
    for (const endless of [circle, deep]) {
      assert.equal(changedFlags(endless, endless), null);
      assert.equal(changedFlags(file({ a: { state: "ENABLED", targeting: 1 } }), endless), null);
    }
  });

  describe("through what flags share", () => {
    const shared = (evaluators: object, flags: object = {}) =>
      JSON.stringify({ flags: { a: flag(RULE), other: flag(), ...flags }, $evaluators: evaluators });
    const RULE = { targeting: { if: [{ $ref: "insiders" }, "on", "off"] } };
    const staff = { ends_with: [{ var: "email" }, "@example.com"] };
    const keys = (before: string, after: string) => changedFlags(before, after)?.map(({ key }) => key);

    it("are those that refer to a rule that changes, directly or by another one", () => {
      const everybody = { ends_with: [{ var: "email" }, ""] };
      const [before, after] = [shared({ insiders: staff }), shared({ insiders: everybody })];
      assert.deepEqual(changedFlags(before, after), [{ key: "a", what: "shared rule insiders changed" }]);
      const nested = (rule: object) =>
        shared({ insiders: { or: [{ $ref: "staff" }, { $ref: "insiders" }] }, staff: rule, unused: staff });
      assert.deepEqual(changedFlags(nested(staff), nested(everybody)), [
        { key: "a", what: "shared rule staff changed" },
      ]);
      assert.deepEqual(keys(shared({ insiders: staff }), shared({})), ["a"]);
      assert.deepEqual(keys(shared({ insiders: staff, x: 1 }), shared({ insiders: staff, x: 2 })), []);
    });

    it("are all that inherit metadata that changes, but where they have their own", () => {
      const of = (id: string) =>
        JSON.stringify({
          flags: { a: flag(), b: flag({ metadata: { flagSetId: "mine" } }) },
          metadata: { flagSetId: id },
        });
      assert.deepEqual(changedFlags(of("one"), of("two")), [{ key: "a", what: "metadata changed" }]);
    });

    it("are known by what they serve: no change that flagd notices goes unnoticed (law)", () => {
      const rule = fc.constantFrom(staff, { "==": [{ var: "email" }, "a@x"] }, { $ref: "staff" }, true, null);
      const evaluators = fc.record({ insiders: rule, staff: fc.constantFrom(staff, { "!": [staff] }) });
      const definition = fc.record({
        flags: fc.record({
          a: fc.record({
            state: fc.constantFrom("ENABLED", "DISABLED"),
            variants: fc.constantFrom({ on: true, off: false }, { on: false, off: true }),
            defaultVariant: fc.constantFrom("on", "off"),
            targeting: fc.constantFrom({}, RULE.targeting, { if: [{ "!": [{ $ref: "insiders" }] }, "on"] }),
          }),
        }),
        $evaluators: evaluators,
      });
      const served = (text: string) => {
        const core = new FlagdCore();
        core.setConfigurations(text);
        return ["a@x", "b@example.com", ""].map((email) => {
          const { value, variant } = core.resolveBooleanEvaluation("a", false, { email }, LOGGER);
          return `${value} ${variant}`;
        });
      };
      fc.assert(
        fc.property(definition, definition, (one, two) => {
          const [before, after] = [JSON.stringify(one), JSON.stringify(two)];
          if (String(served(before)) !== String(served(after))) assert.deepEqual(keys(before, after), ["a"]);
          if (before === after) assert.deepEqual(keys(before, after), []);
        }),
      );
    });
  });

  it("are read from a list as from a map, each in its own set", () => {
    const list = (...flags: object[]) => JSON.stringify({ flags });
    const item = (key: string, over: object = {}) => ({ key, ...flag(over) });
    assert.deepEqual(changedFlags(list(item("a"), item("b")), list(item("b"), item("a"))), []);
    assert.deepEqual(changedFlags(list(item("a")), list(item("a", { state: "DISABLED" }))), [
      { key: "a", what: "state ENABLED → DISABLED" },
    ]);
    const [one, two] = ["one", "two"].map((flagSetId) => ({ metadata: { flagSetId } }));
    assert.deepEqual(
      changedFlags(
        list(item("a", one), item("a", two)),
        list(item("a", one), item("a", { ...two, state: "DISABLED" })),
      ),
      [{ key: "a", what: "state ENABLED → DISABLED" }],
    );
    for (const broken of [list({ state: "ENABLED" }), list(item("a"), item("a")), '{"flags":["a"]}'])
      assert.equal(changedFlags(null, broken), null, broken);
  });

  it("are told where a default is taken away, and where a flag is switched off", () => {
    const before = file({ a: flag(), b: flag() });
    const after = file({ a: flag({ defaultVariant: null }), b: flag({ state: "DISABLED" }) });
    assert.deepEqual(changedFlags(before, after), [
      { key: "a", what: "defaultVariant changed" },
      { key: "b", what: "state ENABLED → DISABLED" },
    ]);
  });

  it("are unknown where a text says two things, or what no flagd file says", () => {
    for (const broken of [
      "{}",
      "flags:\n",
      '{"flags":"a"}',
      '{"Flags":{}}',
      '{"flags":{},"FLAGS":{"a":1}}',
      '{"flags":{},"flags":{}}',
      '{"flags":{"a":{"state":"ENABLED","state":"DISABLED"}}}',
      '{"flags":{"a":{},"\\u0061":{}}}',
      "flags:\n  1: { state: ENABLED }\n  '1': { state: DISABLED }\n",
      "flags: {}\n---\nflags: {}\n",
      '{"flags":{},"$evaluators":[]}',
      "key = value\n",
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
      "../elsewhere/flags.json",
    ])
      assert.equal(changedFlags(file({}), broken), null, broken);
  });

  it("take any key, also one that objects have by birth", () => {
    const after = '{"flags":{"__proto__":{"state":"ENABLED"},"constructor":{"state":"ENABLED"}}}';
    assert.deepEqual(
      changedFlags(null, after)?.map(({ key }) => key),
      ["__proto__", "constructor"],
    );
  });
});

describe("changed dependencies", () => {
  it("of a package.json are told by name and version, over all its sections", () => {
    const before = JSON.stringify({
      version: "1",
      dependencies: { a: "1", b: "1" },
      devDependencies: { c: "1" },
    });
    const after = JSON.stringify({
      version: "2",
      dependencies: { a: "2" },
      devDependencies: { c: "1", d: "1" },
    });
    assert.deepEqual(changedPackages(before, after), ["a 1 → 2", "b 1 removed", "d 1 added"]);
    assert.equal(changedPackages(before, "{"), null);
  });

  it("do not hide behind another section, an odd form or a key that is there twice", () => {
    const peers = { peerDependencies: { a: "*" } };
    const of = (over: object) => JSON.stringify({ name: "x", dependencies: { a: "1" }, ...over });
    assert.deepEqual(changedPackages(of(peers), of({ ...peers, dependencies: { a: "9" } })), ["a 1 → 9"]);
    for (const [over, words] of [
      [{ overrides: { a: { b: "1" } } }, 'overrides a {"b":"1"} added'],
      [{ resolutions: { a: "9" } }, "resolutions a 9 added"],
      [{ pnpm: { overrides: { a: "9" } } }, 'pnpm overrides {"a":"9"} added'],
      [{ workspaces: ["packages/*"] }, 'workspaces ["packages/*"] added'],
      [{ packageManager: "pnpm@9.0.0" }, "packageManager pnpm@9.0.0 added"],
      [{ bundleDependencies: true }, "bundleDependencies true added"],
      [{ dependencies: "all" }, "dependencies all added"],
    ] as const)
      assert.ok(changedPackages(of({}), of(over))?.includes(words), words);
    for (const twice of [
      '{"dependencies":{"a":"9"},"dependencies":{"a":"1"}}',
      '{"dependencies":{"a":"9","a":"1"}}',
      '{"dependen\\u0063ies":{"a":"9"},"dependencies":{"a":"1"}}',
      '{"x":[{"y":1,"y":{"z":"a:\\"{"}}]}',
      "[]",
      "3",
    ])
      assert.equal(changedPackages(of({}), twice), null, twice);
    assert.deepEqual(changedPackages(of({}), `\ufeff${of({})}`), []);
  });

  it("are seen in manifests and lock files, in whatever folder", () => {
    for (const path of [
      "go.mod",
      "go.work",
      "a/b/Cargo.lock",
      ".cargo/config.toml",
      "requirements-dev.txt",
      "requirements/base.in",
      "constraints.txt",
      "setup.py",
      "uv.lock",
      "App/App.csproj",
      "NuGet.Config",
      "Directory.Packages.props",
      "Gemfile",
      ".bundle/config",
      "composer.lock",
      "pom.xml",
      ".mvn/extensions.xml",
      "app/build.gradle.kts",
      "gradle/deps.versions.toml",
      "gradle/wrapper/gradle-wrapper.properties",
      ".npmrc",
      "packages/a/.npmrc",
      ".yarnrc",
      ".yarnrc.yml",
      ".yarn/releases/yarn-4.cjs",
      ".pnpmfile.cjs",
      "pnpm-workspace.yaml",
      "bun.lock",
      ".gitmodules",
    ])
      assert.ok(isManifest(path), path);
    for (const path of [
      "src/go.ts",
      "package.json",
      "requirements.md",
      "lock.yaml",
      "docs/requirements/a.md",
      "yarn/x",
    ])
      assert.ok(!isManifest(path), path);
  });
});

const signal = (query: string) => ({
  ...SAMPLE_SIGNAL,
  source: { kind: "prometheus" as const, url: "http://x", query },
});
const policy = (query: string) => ({
  flags: { file: "f.json", metrics: { "new-checkout": "checkout_conversion" } },
  signals: [signal(query)],
});
const kinds = (...args: Parameters<typeof flagCare>) => flagCare(...args).concerns.map(({ kind }) => kind);

describe("how a flag is looked after", () => {
  it("needs a metric, and a signal that reads it as a whole word", () => {
    const good = policy("rate(checkout_conversion[5m])");
    assert.deepEqual(flagCare("new-checkout", good, false, 0), {
      metric: "checkout_conversion",
      signals: ["checkout errors"],
      concerns: [],
    });
    assert.deepEqual(kinds("other", good, false, 0), ["noMetric"]);
    assert.deepEqual(kinds("constructor", good, false, 0), ["noMetric"]);
    assert.deepEqual(kinds("new-checkout", policy("my_checkout_conversion_total"), false, 0), ["noSignal"]);
    assert.deepEqual(kinds("x", { flags: null, signals: [] }, false, 0), ["noMetric"]);
  });

  it("is stale once it is fully on for more than four drops", () => {
    const good = policy("checkout_conversion");
    assert.deepEqual(kinds("new-checkout", good, true, 4), []);
    assert.deepEqual(kinds("new-checkout", good, true, 5), ["stale"]);
    assert.deepEqual(kinds("new-checkout", good, false, 9), []);
    assert.deepEqual(kinds("new-checkout", good, true, null), []);
    assert.match(flagCare("new-checkout", good, true, 5).concerns[0]!.message, /fully on for 5 drops/);
  });
});
