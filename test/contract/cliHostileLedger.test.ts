import assert from "node:assert/strict";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { COUNCIL_POLICY, councilTeam, type Member } from "../support/people/councilTeam.ts";
import { LEDGER_REF, type Planted, plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

const OPENED = { title: "Down", severity: "critical", kind: "real" };

const planted = (events: readonly ReturnType<typeof stored>[]): Record<string, Planted> =>
  Object.fromEntries(events.map((event) => [eventPath(event), encodeEvent(event)]));

/** As large as it takes for what looks at each entry once for each entry to run into the timeout. */
const MANY = 8_000;

describe("a ledger of any size or shape", function () {
  this.timeout(300_000);

  /** All that reads it answers: none crashes, none runs out of time or memory. */
  async function answers({ run }: { run: Member["run"] }, ...more: string[][]): Promise<void> {
    for (const args of [
      ["status"],
      ["gate"],
      ["incident", "list", "--all"],
      ["log"],
      ["log", "--json"],
      ...more,
    ]) {
      const { code, stdout, stderr } = await run(...args);
      assert.ok(code !== null && code <= 1, `${args.join(" ")}: ${code} ${stderr.slice(0, 500)}`);
      assert.doesNotMatch(stderr, /\.js:\d|RangeError|TypeError/);
      assert.ok(stdout.length > 0);
    }
  }

  function member(): { mal: Member; run: Member["run"] } {
    const { di: mal, commit } = councilTeam(COUNCIL_POLICY);
    commit({ "src/app.ts": "2\n" });
    return { mal, run: (...args) => mal.run(...args) };
  }

  it("is read where one incident has very many notes, updates and retractions, each of the one before", async () => {
    const { mal, run } = member();
    const subject = "incident/one";
    const opened = stored({ subject, type: "opened", data: OPENED });
    const events = [opened];
    for (let i = 0; i < MANY; i++) {
      const before = events.at(-1)!.id;
      const [type, data] = [
        ["note", { text: "n" }],
        ["updated", { text: "u", channel: "page" }],
        ["retracted", { event: before, why: "w" }],
        ["retracted", { event: before, why: "w" }],
      ][i % 4] as [string, Record<string, unknown>];
      events.push(stored({ subject, type, data }));
    }
    plantEntries(mal.repository, planted(events));
    await answers({ run }, ["incident", "show", "one"]);
    // Once more, from the snapshot.
    await answers({ run });
  });

  it("is read where thousands claim one id, one path and one drop", async () => {
    const { mal, run } = member();
    const { repository } = mal;
    const first = stored({ subject: "incident/a", type: "opened", data: OPENED });
    plantEntries(repository, planted([first]));
    const claims = Array.from({ length: 4_000 }, (_, i) => ({ ...first, subject: `incident/i${i}` }));
    plantEntries(repository, planted(claims));
    for (const text of ["x", "y"]) plantEntries(repository, { [eventPath(first)]: text });
    const stages = Array.from({ length: 4_000 }, (_, i) =>
      stored({ subject: "drop/drop-1", type: i % 2 ? "stage" : "shipped", data: { stage: "broad" } }),
    );
    plantEntries(repository, planted(stages));
    await answers({ run });
    const { incidents, ledger } = await mal.json("status");
    assert.deepEqual(
      incidents.map(({ id }: { id: string }) => id),
      ["a"],
      "the first one counts",
    );
    assert.equal(ledger.touched[0].how, "doubled");
  });

  it("is read where entries are no files, lie deep down, or are very large", async () => {
    const { mal, run } = member();
    const { repository } = mal;
    const oid = repository.git("rev-parse", "HEAD");
    plantEntries(repository, {
      ...planted([stored({ subject: "incident/a", type: "opened", data: OPENED })]),
      [`${"d/".repeat(1_500)}x.json`]: "{}",
      "large.json": Buffer.alloc(30_000_000),
      "module.json": { mode: "160000", oid },
    });
    await answers({ run });
    assert.equal((await mal.json("status")).ledger.skipped, 3);
  });

  it("says that its history cannot be read where that changes everything again and again", async () => {
    const { mal, run } = member();
    const { repository } = mal;
    const events = Array.from({ length: 3_000 }, (_, i) => stored({ subject: `incident/i${i % 50}` }));
    plantEntries(repository, planted(events));
    const trees = [repository.git("rev-parse", `${LEDGER_REF}^{tree}`)];
    plantEntries(repository, planted(events.map((event) => ({ ...event, data: { text: "other" } }))));
    trees.push(repository.git("rev-parse", `${LEDGER_REF}^{tree}`));
    const commits = Array.from(
      { length: 400 },
      (_, i) =>
        `commit ${LEDGER_REF}\ncommitter Mal <m@example.com> ${1_790_000_001 + i} +0000\ndata 0\n${i === 0 ? `from ${LEDGER_REF}^0\n` : ""}M 040000 ${trees[i % 2]} \n`,
    );
    const { status, stderr } = repository.tryGit(["fast-import", "--quiet"], { input: commits.join("") });
    assert.equal(status, 0, stderr);
    await answers({ run });
    const gate = await mal.json("gate");
    assert.equal(gate.open, false);
    assert.match(gate.reasons[0].text, /history of the ledger is incomplete/);
  });
});
