import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { COUNCIL_POLICY, councilTeam, type Member } from "../support/people/councilTeam.ts";
import { LEDGER_REF, plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

const ONE = COUNCIL_POLICY.replace("quorum: 2", "quorum: 1");

/** A drop that Ana approved, with Bo's rejection on record; and the remote, where somebody has push access. */
async function rejectedDrop() {
  const team = councilTeam(ONE);
  const commit = team.commit({ "migrations/1.sql": "alter\n" });
  const [ana, bo] = [team.member("Ana"), team.member("Bo")];
  await ana.run("council", "approve");
  await bo.run("council", "reject", "--why", "no index");
  const {
    v: _,
    flags: __,
    ...entry
  } = (await bo.json("log")).events.find(({ type }: { type: string }) => type === "rejected");
  const rejection = stored(entry);
  const path = eventPath(rejection);
  let clones = 0;
  /** What a pipeline sees that has never seen the ledger. */
  const pipeline = () => team.member(`Ci${++clones}`);
  return { ...team, subject: `commit/${commit}`, commit, ana, bo, rejection, path, pipeline };
}

const ledgerReasons = (gate: { reasons: { code: string; text: string }[] }) =>
  gate.reasons.filter(({ code }) => code === "ledger").map(({ text }) => text);

async function isBlocked(member: Member, reason: RegExp): Promise<void> {
  const { code, stdout } = await member.run("gate", "--json");
  const gate = JSON.parse(stdout);
  assert.equal(code, 1);
  assert.equal(gate.open, false);
  assert.match(ledgerReasons(gate).join("\n"), reason);
}

describe("the ledger's history on the command line", function () {
  this.timeout(300_000);

  it("blocks the gate where a rejection was removed, names it, and goes on once it was put back", async () => {
    const { bare, bo, path, rejection, pipeline } = await rejectedDrop();
    plantEntries(bare, { [path]: null });
    const named = new RegExp(`${rejection.id} \\(rejected, Bo\\) on commit/\\w+ was removed.*dropclock sync`);
    await isBlocked(pipeline(), named);
    const ci = pipeline();
    const gate = await ci.json("gate");
    assert.equal(gate.council.rejected.length, 1, "it counts all the same");
    const status = await ci.json("status");
    assert.equal(status.ledger.touched[0].how, "removed");
    assert.match((await ci.run("status")).stdout, /1 entry touched after being recorded/);
    assert.match((await ci.run("log")).stdout, /removed later/);
    assert.equal(
      bare.tryGit(["cat-file", "-e", `${LEDGER_REF}:${path}`]).status === 0,
      false,
      "a gate writes nothing",
    );

    const { stderr, code } = await ci.run("sync");
    assert.equal(code, 0);
    assert.match(stderr, /1 entry was removed from the ledger after being recorded, and put back/);
    assert.equal(bare.tryGit(["cat-file", "-e", `${LEDGER_REF}:${path}`]).status, 0);
    assert.doesNotMatch((await ci.run("sync")).stderr, /put back/);
    const after = await pipeline().json("gate");
    assert.deepEqual([after.open, ledgerReasons(after), after.council.rejected.length], [false, [], 1]);
    assert.equal((await bo.json("sync")).state, "in-step");
    assert.equal((await bo.json("status")).ledger.touched, undefined);
  });

  const touches: Record<string, (lab: Awaited<ReturnType<typeof rejectedDrop>>) => void> = {
    "another text is put in its place": ({ bare, path, rejection }) =>
      plantEntries(bare, { [path]: encodeEvent({ ...rejection, data: { why: "x" } }) }),
    "junk is put in its place": ({ bare, path }) => plantEntries(bare, { [path]: "junk" }),
    "a link is put in its place": ({ bare, path }) => {
      const oid = bare.git("rev-parse", `${LEDGER_REF}:${path}`);
      plantEntries(bare, { [path]: { mode: "120000", oid } });
    },
    "a submodule is put in its place": ({ bare, path, commit }) =>
      plantEntries(bare, { [path]: { mode: "160000", oid: commit } }),
    "a folder is put in its place": ({ bare, path }) =>
      plantEntries(bare, { [path]: null, [`${path}/x.json`]: "{}" }),
    "its whole kind is replaced by a file": ({ bare }) => plantEntries(bare, { commit: "a file" }),
    "its id is taken by another subject": ({ bare, rejection }) => {
      const thief = { ...rejection, subject: "incident/zz", type: "note", data: { text: "x" } };
      plantEntries(bare, { [eventPath(thief)]: encodeEvent(thief) });
    },
    "a merge drops it": ({ bare }) => {
      const tip = bare.git("rev-parse", LEDGER_REF);
      const merge = bare.git("commit-tree", "-m", "x", "-p", `${tip}^`, "-p", tip, `${tip}^^{tree}`);
      bare.git("update-ref", LEDGER_REF, merge);
    },
    "an octopus with a date of long ago drops it": ({ bare }) => {
      const tip = bare.git("rev-parse", LEDGER_REF);
      const args = ["-m", "x", "-p", `${tip}^`, "-p", tip, "-p", bare.git("rev-parse", "main")];
      const merge = bare.tryGit(["commit-tree", ...args, `${tip}^^{tree}`], { at: 1_000_000_000_000 });
      bare.git("update-ref", LEDGER_REF, merge.stdout.trim());
    },
  };
  for (const [how, touch] of Object.entries(touches))
    it(`blocks the gate in a fresh clone where ${how}`, async () => {
      const lab = await rejectedDrop();
      touch(lab);
      await isBlocked(lab.pipeline(), new RegExp(`${lab.rejection.id} \\(rejected, Bo\\)`));
      assert.equal((await lab.bo.run("sync")).code, 0);
      const after = await lab.pipeline().json("gate");
      assert.deepEqual([after.open, after.council.rejected.length], [false, 1]);
    });

  it("blocks the gate where two claim a place and nobody can tell who was first", async () => {
    const { bare, path, rejection, subject, pipeline } = await rejectedDrop();
    const tip = bare.git("rev-parse", LEDGER_REF);
    // As if it had been there before Bo said anything: from the commit before.
    bare.git("update-ref", LEDGER_REF, `${tip}^`);
    plantEntries(bare, { [path]: encodeEvent({ ...rejection, type: "approved", data: {} }) });
    const forged = bare.git("rev-parse", LEDGER_REF);
    const merge = bare.git("commit-tree", "-m", "x", "-p", forged, "-p", tip, `${forged}^{tree}`);
    bare.git("update-ref", LEDGER_REF, merge);
    const ci = pipeline();
    await isBlocked(ci, /is claimed by more than one entry/);
    const { events, touched } = await ci.json("log");
    const both = events.filter((event: { subject: string; id: string }) => event.id === rejection.id);
    assert.deepEqual(both.map(({ type }: { type: string }) => type).sort(), ["approved", "rejected"]);
    assert.deepEqual(
      touched.map(({ subject: of }: { subject: string }) => of),
      [subject, subject],
    );
  });

  it("is judged by nobody where it is cut, and that is said with the way out", async () => {
    const { ana } = await rejectedDrop();
    await ana.run("sync");
    const { repository } = ana;
    // As a pipeline that fetches one commit of it: nobody has read the whole here.
    rmSync(join(repository.dir, ".git/dropclock"), { recursive: true });
    writeFileSync(join(repository.dir, ".git/shallow"), `${repository.git("rev-parse", LEDGER_REF)}\n`);
    await isBlocked(ana, /history of the ledger is incomplete in this clone.*git fetch --unshallow/);
    assert.equal((await ana.json("status")).ledger.cut, true);
    repository.git("fetch", "-q", "--unshallow", "origin", `${LEDGER_REF}:${LEDGER_REF}`);
    const gate = await ana.json("gate");
    assert.deepEqual([ledgerReasons(gate), gate.council.rejected.length], [[], 1]);
  });

  it("is judged by nobody where entries of it are not here, as in a partial clone", async () => {
    const { bare, member } = councilTeam(ONE);
    const ana = member("Ana");
    await ana.run("incident", "open", "--title", "Down", "--drop", "drop-1");
    const other = member("Other");
    const { repository } = other;
    repository.git("fetch", "-q", bare.dir, `${LEDGER_REF}:${LEDGER_REF}`);
    const blobs = repository.git("ls-tree", "-r", "--format=%(objectname)", LEDGER_REF).split("\n");
    for (const oid of blobs)
      rmSync(join(repository.dir, ".git/objects", oid.slice(0, 2), oid.slice(2)), { force: true });
    const { code, stdout } = await other.run("gate", "drop-1", "--json");
    assert.equal(code, 1);
    assert.match(ledgerReasons(JSON.parse(stdout)).join("\n"), /entry incident\/.* cannot be read/);
  });

  it("keeps with what shipped the head that it was recorded in, and tells when that is no part of it any more", async () => {
    const { bare, di, member, commit } = councilTeam(ONE);
    commit({ "src/app.ts": "2\n" });
    const ana = member("Ana");
    await ana.run("incident", "open", "--title", "Before");
    const before = bare.git("rev-parse", LEDGER_REF);
    await di.run("sync");
    assert.equal((await di.run("drop", "ship", "drop-2", "--push")).code, 0);
    const shipped = (await di.json("log")).events.find(({ type }: { type: string }) => type === "shipped");
    assert.equal(shipped.data.ledger, before);
    assert.equal((await di.json("status")).ledger.rewritten, undefined);
    // Somebody writes the history anew, without the incident.
    bare.git("update-ref", "-d", LEDGER_REF);
    plantEntries(bare, { [eventPath(shipped)]: encodeEvent(shipped) });
    const ci = member("Ci");
    const status = await ci.json("status");
    assert.deepEqual(status.ledger.rewritten, ["drop-2"]);
    assert.match((await ci.run("status")).stdout, /its history was rewritten since drop-2 shipped/);
    const { code, stdout } = await ci.run("gate", "drop-2", "--json");
    assert.equal(code, 1);
    assert.match(ledgerReasons(JSON.parse(stdout)).join(), /rewritten since drop-2 shipped/);
    // A clone that has it gives it back.
    await di.run("sync");
    assert.equal((await ci.run("sync")).code, 0);
    assert.equal((await ci.json("status")).ledger.rewritten, undefined);
  });

  it("is neither lost nor stopped where somebody put the remote's ref on what is no commit", async () => {
    const { bare, bo, rejection } = await rejectedDrop();
    const tip = bare.git("rev-parse", LEDGER_REF);
    for (const object of [`${tip}^{tree}`, "main:src/app.ts"]) {
      bare.git("update-ref", LEDGER_REF, bare.git("rev-parse", object));
      const { state, reason } = await bo.json("sync");
      assert.deepEqual([state, /names no commit there/.test(reason)], ["unreachable", true], reason);
      const { events } = await bo.json("log");
      assert.ok(events.some(({ id }: { id: string }) => id === rejection.id));
      assert.equal((await bo.run("gate")).code, 3);
    }
    bare.git("update-ref", LEDGER_REF, tip);
    assert.equal((await bo.json("sync")).state, "in-step");
  });

  it("is not taken for an empty one where it could not be fetched", async () => {
    const { bare, member } = councilTeam(ONE);
    await member("Ana").run("incident", "open", "--title", "Down");
    const late = member("Late");
    late.repository.git("remote", "set-url", "origin", `${bare.dir}.gone`);
    const unread = await late.run("status", "--json");
    assert.deepEqual([unread.code, unread.stdout], [3, ""]);
    assert.match(unread.stderr, /The ledger could not be fetched from origin .*it was never fetched before/);
    late.repository.git("remote", "set-url", "origin", bare.dir);
    await late.run("sync");
    late.repository.git("remote", "set-url", "origin", `${bare.dir}.gone`);
    assert.equal((await late.json("sync")).state, "unreachable");
    assert.equal((await late.run("status")).code, 0, "it was read once");
    assert.equal((await late.json("status")).ledger.unread, undefined);
  });
});
