import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dropAt } from "../support/git/dropRepository.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { readXml } from "../support/strictXml.ts";

describe("the scorecard on the command line", () => {
  let repository: TemporaryRepository;
  const run = (...args: string[]) => runCommandLine(repository.dir, args);
  const at = (instant: string) => [`DROPCLOCK_CLOCK=${instant}`];

  before(async () => {
    repository = TemporaryRepository.make();
    dropAt(repository, "drop-1", "2026-11-16T09:00:00Z");
    repository.commit(
      { ".dropclock/policy.yaml": "version: 1\n" },
      { at: Date.parse("2026-11-17T09:00:00Z") },
    );
    dropAt(repository, "drop-2", "2026-11-23T09:00:00Z");
    const opened = await run("incident", "open", "--title", "5xx", ...at("2026-11-23T09:10Z"));
    assert.equal(opened.code, 0, opened.stderr);
    const id = /\S+-5xx/.exec(opened.stdout)![0];
    await run("incident", "mark", id, "mitigated", ...at("2026-11-23T12:10Z"));
  });

  it("is a table of drops and pillars, with DORA's two and the adoption", async () => {
    const { stdout, code } = await run("scorecard", ...at("2026-11-24T09:00Z"));
    assert.equal(code, 0);
    assert.match(stdout, /^The last 2 drops$/m);
    assert.match(stdout, /drop-2 +.*met +missed +missed +no data +1 incident$/m);
    assert.match(stdout, /drop-1 +.*no data +no data +no data +no data$/m);
    assert.match(stdout, /^ +median +10m +3h +– +–$/m);
    assert.match(stdout, /^Change failure rate: 50 % \(1 of 2 drops\)$/m);
    assert.match(stdout, /^Failed deployment recovery time: 3h 10m \(median\)$/m);
    assert.match(stdout, /^Adoption: 1 of 4 drops since the policy landed 17 Nov/m);
  });

  it("is JSON for a richer picture", async () => {
    const json = JSON.parse(
      (await run("scorecard", "--last", "1", "--json", ...at("2026-11-24T09:00Z"))).stdout,
    );
    assert.equal(json.drops.length, 1);
    assert.deepEqual(json.drops[0].pillars, {
      detect: "met",
      mitigate: "missed",
      update: "missed",
      postmortem: "no data",
    });
    assert.deepEqual(json.dora, {
      deployments: 1,
      failed: 1,
      changeFailureRate: 1,
      recoveryMs: 11_400_000,
      unrecovered: 0,
      untimed: 0,
      rework: 0,
      reworkRate: 0,
    });
    assert.deepEqual(
      [json.adoption.landedAt, json.adoption.wanted, json.adoption.shipped],
      ["2026-11-17T09:00:00.000Z", 4, 1],
    );
  });

  it("is a picture, a table and a page too, printed or written where somebody says", async () => {
    const clock = at("2026-11-24T09:00Z");
    const svg = (await run("scorecard", "--format", "svg", ...clock)).stdout;
    assert.match(readXml(svg).one("title"), /^Scorecard/);
    const csv = (await run("scorecard", "--format", "csv", ...clock)).stdout.split(/\r?\n/);
    assert.match(csv[0]!, /^drop,shipped,.*,target,verdict,/);
    assert.ok(csv.some((line) => /^drop-2,2026-11-23T09:00:00.000Z,.*,mitigate,missed,/.test(line)));
    assert.match((await run("scorecard", "--format", "markdown", ...clock)).stdout, /^# Scorecard\n/);
    const { stdout, code } = await run("scorecard", "--out", "card.svg", ...clock);
    assert.deepEqual([code, stdout.trim()], [0, "card.svg written"]);
    assert.equal(readFileSync(join(repository.dir, "card.svg"), "utf8").trim(), svg.trim());
    rmSync(join(repository.dir, "card.svg"));
    assert.equal((await run("scorecard", "--out", "card.png", ...clock)).code, 2);
    assert.equal((await run("scorecard", "--format", "text", "--out", "card", ...clock)).code, 2);
    const { stderr, code: failed } = await run("scorecard", "--out", "no/such/card.csv", ...clock);
    assert.equal(failed, 2);
    assert.match(stderr, /no\/such\/card\.csv cannot be written \(ENOENT\)/);
  });

  it("refuses what is no number of drops", async () => {
    const { code, stderr } = await run("scorecard", "--last", "none");
    assert.equal(code, 2);
    assert.match(stderr, /--last “none” is not a number of drops/);
  });
});
