import assert from "node:assert/strict";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { COUNCIL_POLICY, councilTeam, type Member } from "../support/people/councilTeam.ts";
import { plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

/** Puts an event into the ledger by hand: under a name that is not the writer's. */
function plant({ repository }: Member, event: ReturnType<typeof stored>): void {
  plantEntries(repository, { [eventPath(event)]: encodeEvent(event) });
}

describe("forged approvals in a real ledger", function () {
  this.timeout(300_000);

  const flaws = (gate: { council: { disregarded: { flaw: string }[] } }) =>
    gate.council.disregarded.map(({ flaw }) => flaw).sort();

  it("do not count: claimed in another's name, copied from another drop, replayed after a rejection", async () => {
    const { di, member, commit } = councilTeam();
    const first = commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo] = [member("Ana"), member("Bo")];
    await ana.run("council", "approve");
    const [entry] = (await ana.json("log")).events;
    assert.deepEqual([entry.type, entry.subject], ["approved", `commit/${first}`]);
    const second = commit({ "migrations/2.sql": "alter\n" });
    const data = {
      reasons: ["schema change"],
      level: "high",
      base: di.repository.git("rev-parse", "drop-1^{commit}"),
    };
    const subject = `commit/${second}`;
    // Claimed: Cy never said so. Copied: what Ana said of the first commit, under an id of its own.
    plant(bo, stored({ subject, type: "approved", by: "Cy <cy@example.com>", data }));
    plant(bo, { ...stored(), ...entry, v: 1, id: stored().id, subject, data });
    // Copied as it is, to where the other drop's entries lie: it goes by what it says, not by where it is.
    plantEntries(bo.repository, {
      [eventPath({ ...entry, subject }).replace(/[^/]+$/, `${entry.id}.json`)]: encodeEvent(entry),
    });
    await bo.run("council", "approve");
    await bo.run("council", "reject", "--why", "no index");
    const mine = (await bo.json("log")).events.find(
      ({ type, by }: { type: string; by: string }) => type === "approved" && by.startsWith("Bo"),
    );
    plant(
      bo,
      stored({
        ...mine,
        id: stored().id,
        at: "2030-01-01T00:00:00.000Z",
        recorded: "2030-01-01T00:00:00.000Z",
      }),
    );
    await bo.run("sync");

    const gate = await di.json("gate");
    assert.equal(gate.open, false);
    assert.deepEqual(gate.council.approved, []);
    assert.equal(gate.council.rejected.length, 1);
    assert.deepEqual(flaws(gate), [
      `Ana's is for another commit (${first.slice(0, 10)})`,
      "in the name of Ana, but Hand entered it",
      "in the name of Bo, but Hand entered it",
      "in the name of Cy, but Hand entered it",
    ]);
    assert.match(
      gate.reasons.find(({ code }: { code: string }) => code === "approvals").text,
      /not counted: .*in the name of Cy, but Hand entered it/,
    );
  });

  it("do not count by a member who was removed since", async () => {
    const { di, member, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    await member("Bo").run("council", "approve");
    // Another commit makes it stale, so the approval is given again; then the council changes on the branch.
    const next = commit({ ".dropclock/policy.yaml": COUNCIL_POLICY.replace("bo@example.com, ", "") });
    const data = {
      reasons: ["schema change"],
      level: "high",
      base: di.repository.git("rev-parse", "drop-1^{commit}"),
    };
    plant(di, stored({ subject: `commit/${next}`, type: "approved", by: "Bo <bo@example.com>", data }));
    const gate = await di.json("gate");
    assert.ok(flaws(gate).includes("Bo's: not a member of the council"), String(flaws(gate)));
    assert.equal(gate.open, false);
  });
});
