import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { GpgKeys, SshKeys } from "../support/git/signingKeys.ts";
import { COUNCIL_POLICY, councilTeam, Member } from "../support/people/councilTeam.ts";
import { LEDGER_REF, plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

const SIGNED = COUNCIL_POLICY.replace("from: high", "from: high, signed: true");

function withSsh({ repository }: Member, keys: SshKeys, key: string | null): void {
  repository.git("config", "gpg.format", "ssh");
  repository.git("config", "gpg.ssh.allowedSignersFile", keys.allowedSigners);
  if (key !== null) repository.git("config", "user.signingKey", key);
}

describe("signed approvals", function () {
  this.timeout(300_000);

  it("count with SSH keys that git knows, and name whatever else does not", async () => {
    const { di, member, commit } = councilTeam(SIGNED);
    const keys = new SshKeys();
    const tip = commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo, cy] = [member("Ana"), member("Bo"), member("Cy")];
    withSsh(di, keys, null);
    withSsh(ana, keys, keys.make("ana@example.com"));
    withSsh(bo, keys, keys.make("mallory@example.com"));
    withSsh(cy, keys, keys.make("cy@example.com", { allowed: false }));
    for (const each of [ana, bo, cy]) assert.equal((await each.run("council", "approve")).code, 0);
    const { open, council } = await di.json("gate");
    assert.equal(open, false);
    assert.deepEqual(
      council.approved.map(({ by }: { by: string }) => by),
      ["Ana <ana@example.com>"],
    );
    assert.deepEqual(council.disregarded.map(({ flaw }: { flaw: string }) => flaw).sort(), [
      "Bo's is signed with the key of mallory@example.com",
      "Cy's has a signature that git does not accept: its SSH key is not among the allowed signers",
    ]);
    const [commitOfAna] = ana.repository
      .git("log", "--format=%H", "--author=ana@example.com", "refs/dropclock/ledger")
      .split("\n");
    ana.repository.git("verify-commit", commitOfAna!);
    assert.equal(ana.repository.git("for-each-ref", "refs/dropclock/unsigned-*"), "");
    assert.equal(tip.length, 40);
  });

  it("count with OpenPGP keys too, and unsigned ones never", async () => {
    const keys = new GpgKeys();
    for (const name of ["Ana", "Bo"]) keys.make(`${name} <${name.toLowerCase()}@example.com>`);
    const { GNUPGHOME } = keys.environment;
    const { bare, commit } = councilTeam(SIGNED);
    commit({ "migrations/1.sql": "alter\n" });
    const people = ["Ana", "Bo"].map(
      (name) => new Member(name, bare.clone(name.toLowerCase()), { GNUPGHOME }),
    );
    for (const each of people) {
      const { code, stderr } = await each.run("council", "approve");
      assert.equal(code, 0, stderr);
    }
    const gate = await people[0]!.json("gate");
    assert.deepEqual(
      [gate.open, gate.council.approved.length],
      [true, 2],
      JSON.stringify(gate.council.disregarded),
    );
  });

  it("say what is missing where git cannot sign, and put nothing on record", async () => {
    const { member, commit } = councilTeam(SIGNED);
    commit({ "migrations/1.sql": "alter\n" });
    const ana = member("Ana", { GNUPGHOME: "/nonexistent" });
    const { code, stderr } = await ana.run("council", "approve");
    assert.equal(code, 3);
    assert.match(stderr, /The policy wants signed entries, and git cannot sign: .*; set user\.signingKey/);
    assert.deepEqual((await ana.json("log")).events, []);
  });

  it("count with OpenPGP keys that are fully trusted, and with the names on them that are", async () => {
    const [ana, mal] = [new GpgKeys(), new GpgKeys()];
    ana.make("Ana <ana@example.com>");
    mal.make("Mal <mal@example.com>");
    mal.addName("mal@example.com", "Bo <bo@example.com>");
    const { bare, commit } = councilTeam(SIGNED.replace("quorum: 2", "quorum: 1"));
    commit({ "migrations/1.sql": "alter\n" });
    const signer = (name: string, { environment }: GpgKeys, key: string) => {
      const { GNUPGHOME } = environment;
      const person = new Member(name, bare.clone(name.toLowerCase()), { GNUPGHOME });
      person.repository.git("config", "user.signingKey", key);
      return person;
    };
    // Mal passes for Bo, on a key that bears Bo's name too.
    for (const person of [
      signer("Ana", ana, ana.fingerprint("ana@example.com")),
      signer("Bo", mal, mal.fingerprint("mal@example.com")),
    ])
      assert.equal((await person.run("council", "approve")).code, 0);

    const judge = GpgKeys.knowing(ana, mal);
    judge.make("Judge <judge@example.com>");
    const { GNUPGHOME } = judge.environment;
    const reader = new Member("Cy", bare.clone("cy"), { GNUPGHOME });
    const seen = async () => {
      const { open, council } = await reader.json("gate");
      return { open, flaws: council.disregarded.map(({ flaw }: { flaw: string }) => flaw).sort() };
    };
    const NOT_TRUSTED = "has a signature that git does not accept: its key is not fully trusted here";
    const merely = { open: false, flaws: [`Ana's ${NOT_TRUSTED}`, `Bo's ${NOT_TRUSTED}`] };
    assert.deepEqual(await seen(), merely, "merely imported");
    for (const level of [3, 4] as const) {
      judge.trust("ana@example.com", level);
      assert.equal((await seen()).open, false, `${level}`);
    }
    judge.certify("mal@example.com", "Mal <mal@example.com>");
    const { open, flaws } = await seen();
    assert.equal(open, false);
    assert.deepEqual(flaws.at(-1), "Bo's is signed with the key of Bo", "only the name Mal is vouched for");
    judge.trust("ana@example.com", 6);
    assert.deepEqual(await seen(), { open: true, flaws: ["Bo's is signed with the key of Bo"] });
  });

  it("go by the list of allowed signers on the release branch, not by one in the work tree", async () => {
    const keys = new SshKeys();
    const own = keys.make("ana@example.com");
    const others = new SshKeys();
    const forged = others.make("ana@example.com", { name: "mal" });
    const { di, member, commit } = councilTeam(SIGNED.replace("quorum: 2", "quorum: 1"));
    commit({ ".signers": readFileSync(keys.allowedSigners, "utf8"), "migrations/1.sql": "alter\n" });
    const ana = member("Ana");
    withSsh(ana, keys, forged);
    for (const path of [".signers", "./x/../.signers", join(di.repository.dir, ".signers")]) {
      di.repository.git("config", "gpg.format", "ssh");
      di.repository.git("config", "gpg.ssh.allowedSignersFile", path);
      if (path === ".signers") assert.equal((await ana.run("council", "approve")).code, 0);
      // Whoever is judged has a branch checked out that allows their key.
      di.repository.write(".signers", readFileSync(others.allowedSigners, "utf8"));
      const { open, council } = await di.json("gate");
      assert.equal(open, false, path);
      assert.match(council.disregarded[0].flaw, /its SSH key is not among the allowed signers/);
    }
    assert.equal(di.repository.git("status", "--porcelain"), " M .signers", "the work tree is left alone");
    ana.repository.git("config", "user.signingKey", own);
    assert.equal((await ana.run("council", "approve")).code, 0);
    assert.equal((await di.json("gate")).open, true);
    di.repository.git("config", "gpg.ssh.allowedSignersFile", "elsewhere.txt");
    di.repository.write("elsewhere.txt", readFileSync(others.allowedSigners, "utf8"));
    assert.equal((await di.json("gate")).open, false, "one that is not on the branch allows nobody");
  });

  it("are not replaced by other commits, whatever refs/replace says", async () => {
    const keys = new SshKeys();
    const { di, member, commit } = councilTeam(SIGNED.replace("quorum: 2", "quorum: 1"));
    commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo] = [member("Ana"), member("Bo")];
    withSsh(di, keys, null);
    withSsh(ana, keys, keys.make("ana@example.com"));
    withSsh(bo, keys, keys.make("bo@example.com", { allowed: false }));
    await ana.run("council", "reject", "--why", "no");
    await bo.run("council", "approve");
    await di.run("sync");
    const tip = di.repository.git("rev-parse", LEDGER_REF);
    di.repository.git("replace", tip, `${tip}^`);
    const { open, council } = await di.json("gate");
    assert.equal(open, false);
    assert.deepEqual(council.approved, []);
    assert.equal(council.rejected.length, 1);
  });

  it("are not all that needs a signature: what shipped, and the stages that it went through, count signed only", async () => {
    const keys = new SshKeys();
    const { di, member, commit, bare } = councilTeam(SIGNED.replace("quorum: 2", "quorum: 1"));
    const tip = commit({ "migrations/1.sql": "alter\n" });
    const ana = member("Ana");
    for (const each of [di, ana]) {
      const mail = `${each.name.toLowerCase()}@example.com`;
      withSsh(each, keys, keys.make(mail));
    }
    await ana.run("council", "approve");
    await di.run("sync");
    const ship = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(ship.code, 0, ship.stderr);
    di.repository.git("verify-commit", LEDGER_REF);
    const soaking = async () => {
      const { reasons, stage } = await di.json("gate", "drop-2");
      return [stage.name, ...reasons.map(({ code }: { code: string }) => code)];
    };
    assert.deepEqual(await soaking(), ["testbed", "soak"]);

    // Whoever can push to the ledger says that it shipped an hour ago, that it is broad already, and of another commit.
    const by = "Di <di@example.com>";
    const long = { at: "2026-01-01T00:00:00.000Z", recorded: "2026-01-01T00:00:00.000Z", by };
    const subject = "drop/drop-2";
    const forged = [
      stored({ ...long, subject, type: "shipped", data: { commit: bare.git("rev-parse", "main~1") } }),
      stored({ ...long, subject, type: "shipped", data: { commit: tip } }),
      stored({ ...long, subject, type: "stage", data: { stage: "broad" } }),
    ];
    for (const event of forged) plantEntries(bare, { [eventPath(event)]: encodeEvent(event) }, by);
    await di.run("sync");
    assert.equal(
      (await di.json("log")).events.filter(({ flags }: { flags: string[] }) =>
        flags.includes("author differs"),
      ).length,
      0,
    );
    assert.deepEqual(await soaking(), ["testbed", "soak"]);

    // Nor can they hide that the tag was moved, by a retraction of what shipped.
    const shipped = (await di.json("log")).events.find(
      ({ type, data }: { type: string; data: { ledger?: string } }) => type === "shipped" && data.ledger,
    );
    const retraction = stored({ subject, type: "retracted", by, data: { event: shipped.id, why: "x" } });
    plantEntries(bare, { [eventPath(retraction)]: encodeEvent(retraction) }, by);
    commit({ "docs/a.md": "a\n" });
    di.repository.git("tag", "-f", "drop-2");
    di.repository.git("push", "-q", "-f", "origin", "drop-2");
    assert.ok((await soaking()).includes("moved-tag"));
  });

  it("decide for every reading: status, list, changelog and scorecard believe nothing that nobody signed", async () => {
    const keys = new SshKeys();
    const { di, member, commit, bare } = councilTeam(SIGNED.replace("quorum: 2", "quorum: 1"));
    commit({ "src/app.ts": "2\n" });
    withSsh(di, keys, keys.make("di@example.com"));
    assert.equal((await di.run("drop", "ship", "drop-2", "--push")).code, 0);
    const reader = member("Ana");
    withSsh(reader, keys, null);
    const seen = async () => {
      await reader.run("sync");
      const [status, list, show, scorecard] = await Promise.all(
        [["status"], ["drop", "list"], ["drop", "show"], ["scorecard"]].map((call) => reader.json(...call)),
      );
      const { drop, watch, ledger } = status;
      const changelog = (await reader.run("changelog")).stdout;
      delete list.at;
      delete watch.remainingMs;
      return {
        drop,
        watch,
        list,
        stage: show.stage,
        scorecard: scorecard.drops,
        changelog,
        uncounted: ledger.uncounted,
      };
    };
    const honest = await seen();
    assert.equal(honest.drop.tag, "drop-2");
    assert.equal(honest.watch.state, "open");

    const by = "Di <di@example.com>";
    const long = { at: "2026-01-01T00:00:00.000Z", recorded: "2026-01-01T00:00:00.000Z", by };
    const subject = "drop/drop-2";
    const shipped = (await di.json("log")).events.find(({ type }: { type: string }) => type === "shipped");
    const tip = bare.git("rev-parse", "drop-2^{commit}");
    const forged = [
      stored({ ...long, subject, type: "shipped", data: { commit: tip } }),
      stored({ by, subject, type: "retracted", data: { event: shipped.id, why: "x" } }),
      stored({ by, subject, type: "stage", data: { stage: "broad" } }),
      stored({ by, subject: `commit/${tip}`, type: "override", data: { why: "forged" } }),
      stored({
        by,
        subject: "drop/drop-9",
        type: "shipped",
        data: { commit: bare.git("rev-parse", "drop-1^{commit}") },
      }),
    ];
    for (const event of forged) plantEntries(bare, { [eventPath(event)]: encodeEvent(event) }, by);
    assert.deepEqual(await seen(), { ...honest, uncounted: forged.length });
    assert.match((await reader.run("status")).stdout, /5 entries do not count: not signed by who is named/);
    const { events } = await reader.json("log");
    const flagged = events.filter(({ flags }: { flags: string[] }) =>
      flags.includes("not signed, does not count"),
    );
    assert.deepEqual(flagged.map(({ id }: { id: string }) => id).sort(), forged.map(({ id }) => id).sort());
    bare.git("tag", "-d", "drop-2");
    reader.repository.git("tag", "-d", "drop-2");
    assert.equal((await seen()).drop.tag, "drop-2", "what shipped signed stays, though its tag is gone");

    // Before signatures are wanted all of that is worth as much as push access.
    reader.repository.git("fetch", "-q", "origin");
    di.repository.git("checkout", "-q", "main");
    commit({ ".dropclock/policy.yaml": SIGNED.replace("signed: true", "signed: false") });
    reader.repository.git("fetch", "-q", "origin");
    assert.equal((await seen()).uncounted, undefined);
  });
});
