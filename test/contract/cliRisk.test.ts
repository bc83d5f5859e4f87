import assert from "node:assert/strict";
import { MONDAY, TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const DAY = 86_400_000;

const POLICY = `version: 1
flags: { file: flags.flagd.json }
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
  - { lines: 100, level: medium, because: large drop }
  - { flags: ["*"], level: medium, because: a flag changes }
  - { untested: { paths: ["src/**"], within: 7d }, level: medium, because: no recent test }
  - { dependencies: true, level: low, because: dependencies change }
`;

const flags = (variant: string) =>
  JSON.stringify({ flags: { "new-checkout": { state: "ENABLED", defaultVariant: variant } } });
const packageOf = (version: string) => JSON.stringify({ name: "shop", dependencies: { ulid: version } });

function riskyRepository(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  repository.commit(
    {
      ".dropclock/policy.yaml": POLICY,
      "flags.flagd.json": flags("off"),
      "package.json": packageOf("1.0.0"),
    },
    { at: MONDAY - 30 * DAY },
  );
  repository.commit({ "src/pay.ts": "1", "test/pay.test.ts": "1" }, { at: MONDAY - 29 * DAY });
  repository.tag("drop-1");
  repository.commit({ "src/cart.ts": "1", "test/cart.test.ts": "1" }, { at: MONDAY - DAY });
  repository.tag("drop-2");
  return repository;
}

describe("the risk on the command line", () => {
  it("is told for the current drop, and for the next one before it has a tag", async () => {
    const repository = riskyRepository();
    const calm = JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
    assert.deepEqual(calm.drop.risk, { level: "low", because: [], reasons: [], rules: 5 });
    assert.equal(calm.next, null);

    const tip = repository.commit(
      {
        "migrations/7.sql": "alter table",
        "src/pay.ts": "2",
        "src/cart.ts": "2",
        "flags.flagd.json": flags("on"),
        "package.json": packageOf("2.0.0"),
      },
      { at: MONDAY },
    );
    const { next, drop } = JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
    assert.equal(drop.risk.level, "low");
    assert.equal(next.commit, tip);
    assert.equal(next.previous, "drop-2");
    assert.equal(next.commits, 1);
    assert.deepEqual(next.risk.because, [
      "schema change",
      "a flag changes",
      "no recent test",
      "dependencies change",
    ]);
    const found = Object.fromEntries(
      next.risk.reasons.map(({ because, items }: { because: string; items: string[] }) => [because, items]),
    );
    assert.deepEqual(found, {
      "schema change": ["migrations/7.sql"],
      "a flag changes": ["new-checkout: defaultVariant off → on"],
      "no recent test": ["src/pay.ts"],
      "dependencies change": ["ulid 1.0.0 → 2.0.0 (package.json)"],
    });

    const text = (await runCommandLine(repository.dir, ["status"])).stdout;
    assert.match(
      text,
      /^Next +1 commit since drop-2; risk high: schema change, a flag changes, no\s+recent/m,
    );
  });

  it("is told for any drop, with its evidence", async () => {
    const repository = riskyRepository();
    repository.commit({ "migrations/8.sql": "x\n".repeat(120) });
    repository.tag("drop-3");
    const json = JSON.parse(
      (await runCommandLine(repository.dir, ["drop", "show", "drop-3", "--json"])).stdout,
    );
    assert.equal(json.risk.level, "high");
    assert.deepEqual(json.risk.because, ["schema change", "large drop"]);
    const { stdout } = await runCommandLine(repository.dir, ["drop", "show"]);
    assert.match(stdout, /^Risk high: schema change, large drop$/m);
    assert.match(stdout, /schema change: 1 file matches migrations\/\*\* \(high\)\n {4}migrations\/8\.sql/);
    assert.match(stdout, /large drop: 120 lines changed in 1 file; large is 100 and more \(medium\)/);
  });

  it("says so where a drop's commits are not here", async () => {
    const repository = riskyRepository();
    repository.commit({ "migrations/7.sql": "1" });
    repository.tag("drop-3");
    const cut = repository.clone("cut", "--depth=1");
    const { code, stdout } = await runCommandLine(cut.dir, ["status", "--json"]);
    assert.equal(code, 0);
    assert.ok(JSON.parse(stdout).drop.risk.because.includes("schema change"));
  });
});
