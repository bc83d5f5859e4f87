import assert from "node:assert/strict";
import { COUNCIL_POLICY, councilTeam, type Member } from "../support/councilTeam.ts";
import { GpgKeys, SshKeys } from "../support/signingKeys.ts";

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
    const { Member: Person } = await import("../support/councilTeam.ts");
    commit({ "migrations/1.sql": "alter\n" });
    const people = ["Ana", "Bo"].map(
      (name) => new Person(name, bare.clone(name.toLowerCase()), { GNUPGHOME }),
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
});
