import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { COUNCIL_POLICY, councilTeam } from "../support/people/councilTeam.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const POLICY = ".dropclock/policy.yaml";

/** A server that says what it was asked with; every signal on it is breached. */
async function listening() {
  const asked: string[] = [];
  const breached = {
    status: "success",
    data: { resultType: "vector", result: [{ metric: {}, value: [0, "9"] }] },
  };
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(breached));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, stop: () => server.close() };
}

/** A drop that shipped just now, on a remote whose main has a policy or has none; and a clone with another one at hand. */
function shop(released: string | null, atHand: string | null) {
  const repository = TemporaryRepository.make();
  const now = Date.now();
  repository.commit({ "app.txt": "1\n", ...(released ? { [POLICY]: released } : {}) }, { at: now - 120_000 });
  repository.tag("drop-1", { annotated: true, at: now - 120_000 });
  repository.commit({ "app.txt": "2\n" }, { at: now - 60_000 });
  repository.tag("drop-2", { annotated: true, at: now - 60_000 });
  const bare = repository.bareRemote();
  repository.git("push", "-q", "origin", "--tags");
  repository.git("checkout", "-q", "-b", "feature");
  if (atHand) repository.write(POLICY, atHand);
  return { repository, bare };
}

const acting = (url: string, marker: string) => `version: 1
signals:
  - { name: errors, prometheus: { url: "${url}", query: up, auth: { bearer: team } }, breach: "> 1", for: 0s, every: 1s, then: rollback }
rollback: { steps: [ { run: "touch ${marker}" } ] }
`;

describe("what is believed, on the command line", () => {
  it("is the policy on the anchor branch: one in the work tree runs nothing, opens nothing and gets no secret", async () => {
    const server = await listening();
    try {
      for (const released of ["version: 1\n", null]) {
        const { repository } = shop(released, null);
        const marker = join(repository.dir, "..", "ran");
        repository.write(POLICY, acting(server.url, marker));
        server.asked.length = 0;
        const environment = { DROPCLOCK_SECRET_TEAM: "s3cret" };
        const watched = await runCommandLine(repository.dir, ["watch", "--for", "2s"], environment);
        assert.ok(!existsSync(marker));
        assert.deepEqual(server.asked, [], watched.stderr);
        const { incidents } = JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
        assert.deepEqual(incidents, []);
        assert.equal(watched.code, released === null ? 3 : 2);
        const said =
          released === null ? /not read\. The policy that names it is not on main yet/ : /nothing to read/;
        assert.match(watched.stderr, said);
      }
    } finally {
      server.stop();
    }
  });

  it("tells of a breach where only the work tree has a policy, and does no more", async () => {
    const server = await listening();
    try {
      const text = acting(server.url, "/nowhere").replace(", auth: { bearer: team }", "");
      const { repository } = shop(null, text);
      const { code, stdout, stderr } = await runCommandLine(repository.dir, [
        "watch",
        "--for",
        "2s",
        "--json",
      ]);
      assert.equal(code, 1, stderr);
      const report = JSON.parse(stdout);
      assert.deepEqual([report.incident ?? null, report.undo], [null, null]);
      assert.ok(server.asked.length > 0);
    } finally {
      server.stop();
    }
  });

  it("says what the policy at hand would change, once it is on the branch", async () => {
    const targets = (mitigate: string) => `version: 1\ntargets: { critical: { mitigate: ${mitigate} } }\n`;
    const { repository } = shop(targets("2h"), targets("15m"));
    const shown = await runCommandLine(repository.dir, ["policy", "show"]);
    assert.match(shown.stdout, /^In force: \.dropclock\/policy\.yaml on main \(at [0-9a-f]{10}\)\./);
    assert.match(
      shown.stdout,
      /1 change, in force once it is on main\.\n {2}targets\.critical\.mitigate: 2h → 15m$/m,
    );
    const { policy } = JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
    assert.deepEqual(
      [policy.source, policy.draft.changes.length, policy.draft.outdated],
      ["branch", 1, false],
    );
    const checked = await runCommandLine(repository.dir, ["policy", "check"]);
    assert.equal(checked.code, 0);
    assert.match(
      checked.stdout,
      /Not in force: 1 change, in force once it is on main; see them with: dropclock policy show/,
    );
    await runCommandLine(repository.dir, ["incident", "open", "--title", "x"]);
    const { incidents } = JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
    const mitigate = incidents[0].clocks.find(({ name }: { name: string }) => name === "mitigate");
    assert.equal(mitigate.targetMs, 7_200_000);
  });

  it("tells an older work tree from a change", async () => {
    const { repository } = shop("version: 1\nservice: Old\n", null);
    repository.git("checkout", "-q", "main");
    repository.commit({ [POLICY]: "version: 1\nservice: New\n" });
    repository.git("push", "-q", "origin", "main");
    repository.git("checkout", "-q", "feature");
    const shown = await runCommandLine(repository.dir, ["policy", "show"]);
    assert.match(shown.stdout, /an earlier version in this work tree; main has a newer one/);
  });

  it("is not guessed: what is not known is an error, with the way out", async () => {
    const { repository } = shop("version: 1\n", null);
    repository.git("remote", "rename", "origin", "upstream");
    repository.git("remote", "add", "fork", "/nowhere");
    const gate = await runCommandLine(repository.dir, ["gate"]);
    assert.equal(gate.code, 3);
    assert.match(
      gate.stderr,
      /several remotes \(.*\) and none is called origin.*git config dropclock\.remote NAME/,
    );
    const status = await runCommandLine(repository.dir, ["status", "--json"]);
    assert.equal(status.code, 3);
    assert.equal(JSON.parse(status.stdout).policy.source, "defaults");
    repository.git("config", "dropclock.remote", "upstream");
    assert.equal((await runCommandLine(repository.dir, ["gate"])).code, 0);
  });

  it("is asked for at the remote, in a checkout that knows nothing but a tag", async () => {
    const { bare } = shop(COUNCIL_POLICY.split("stages:")[0]!, null);
    const checkout = TemporaryRepository.make({ name: "ci" });
    checkout.git("remote", "add", "origin", bare.dir);
    checkout.git("fetch", "-q", "origin", "+refs/tags/drop-2:refs/tags/drop-2");
    checkout.git("checkout", "-q", "refs/tags/drop-2");
    const { code, stdout, stderr } = await runCommandLine(checkout.dir, ["gate", "drop-2", "--json"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([JSON.parse(stdout).policy.source, JSON.parse(stdout).drop.base], ["branch", "drop-1"]);
  });

  it("is fetched first; offline nobody judges, and the undo says how old its policy is", async () => {
    const { repository, bare } = shop(COUNCIL_POLICY, null);
    rmSync(bare.dir, { recursive: true });
    for (const args of [
      ["gate"],
      ["council", "approve"],
      ["drop", "ship", "drop-3"],
      ["drop", "promote", "broad"],
      ["watch"],
    ]) {
      const { code, stderr } = await runCommandLine(repository.dir, args);
      assert.equal(code, 3, args.join(" "));
      assert.match(
        stderr,
        /origin cannot be reached \(.*\), so what the team has is not known; try again online/,
      );
    }
    const undo = await runCommandLine(repository.dir, ["undo"]);
    assert.match(undo.stdout, /origin cannot be reached .*policy on main as of 20\d\d-/s);
  });
});

describe("from where a drop is judged, on the command line", () => {
  /** A migration in drop-2, which nobody approved, and a drop of documents on top. */
  function refused() {
    const team = councilTeam();
    team.commit({ "migrations/1.sql": "alter\n" });
    team.di.repository.tag("drop-2", { annotated: true });
    team.commit({ "docs/a.md": "a\n" });
    team.di.repository.tag("drop-3", { annotated: true });
    team.di.repository.git("push", "-q", "origin", "--tags");
    return team;
  }

  it("is the newest drop that passed: a tag that was refused hides nothing", async () => {
    const { di, member } = refused();
    const shut = await di.run("gate", "drop-3");
    assert.equal(shut.code, 1);
    assert.match(shut.stdout, /Risk high: schema change/);
    assert.match(shut.stdout, /Judged with all since drop-1: drop-2 did not pass its own\s+gate\./);
    const { drop, risk } = await di.json("gate", "drop-3");
    assert.deepEqual([drop.previous, drop.base, drop.commits, risk.level], ["drop-2", "drop-1", 2, "high"]);
    assert.equal((await di.json("status")).drop.risk.level, "high");
    // The record, and the undo, go by the drop before it all the same.
    assert.equal((await di.json("drop", "show", "drop-3")).previous, "drop-2");
    for (const name of ["Ana", "Bo"]) await member(name).run("council", "approve", "drop-2");
    const open = await di.json("gate", "drop-3");
    assert.deepEqual([open.open, open.drop.base, open.risk.level], [true, "drop-2", "low"]);
  });

  it("is what the undo goes back to only where somebody says so", async () => {
    const { di } = refused();
    const undecided = await di.run("undo", "drop-3", "--yes");
    assert.equal(undecided.code, 1);
    assert.match(
      undecided.stderr,
      /drop-2, the drop before drop-3, did not pass its own gate; say where to go back to: dropclock undo drop-3 --to drop-1, or: dropclock undo drop-3 --to drop-2/,
    );
    assert.equal((await di.run("undo", "drop-3", "--to", "drop-3")).code, 2);
    const plan = await di.json("undo", "drop-3", "--to", "drop-1");
    // The documents are kept.
    assert.deepEqual(
      plan.files.map(({ path }: { path: string }) => path),
      ["migrations/1.sql"],
    );
    const done = await di.json("undo", "drop-3", "--to", "drop-1", "--yes");
    assert.equal(done.result.state, "done");
    const tree = di.repository.git("ls-tree", "-r", "--name-only", "dropclock/undo-drop-3");
    assert.ok(!tree.includes("migrations"));
  });

  it("counts an override, and nothing that a pusher dates back", async () => {
    const { di } = refused();
    const early = "2026-11-01T00:00:00Z";
    di.repository.git("tag", "-d", "drop-2");
    di.repository.tag("drop-2", { annotated: true, at: Date.parse(early), on: "HEAD~1" });
    assert.equal((await di.json("gate", "drop-3")).drop.base, "drop-1");
    await di.run("council", "override", "drop-2", "--why", "the shop is on fire");
    assert.equal((await di.json("gate", "drop-3")).drop.base, "drop-2");
  });

  it("is any drop that is older than the council, and goes by the policy of when it came", async () => {
    const team = councilTeam("version: 1\n");
    team.commit({ "migrations/1.sql": "alter\n" });
    team.di.repository.tag("drop-2", { annotated: true });
    team.commit({ ".dropclock/policy.yaml": COUNCIL_POLICY });
    team.commit({ "docs/a.md": "a\n" });
    team.di.repository.tag("drop-3", { annotated: true });
    team.di.repository.git("push", "-q", "origin", "--tags");
    const { drop, open } = await team.di.json("gate", "drop-3");
    assert.deepEqual([drop.base, open], ["drop-2", true]);
    // By a stricter one drop-3 would not have passed; it is not asked about what it shipped by.
    team.commit({ ".dropclock/policy.yaml": COUNCIL_POLICY.replace("from: high", "from: low") });
    team.commit({ "docs/b.md": "b\n" });
    assert.equal((await team.di.json("gate")).drop.base, "drop-3");
  });
});

describe("when something happened, on the command line", () => {
  it("is what --at says where something is entered, and the record keeps the machine's time", async () => {
    const { dir } = dropRepository();
    const before = Date.now();
    const times = [
      "--started",
      "2026-11-23T10:00Z",
      "--detected",
      "2026-11-23T10:05Z",
      "--at",
      "2026-11-23T10:06Z",
    ];
    const id = (await runCommandLine(dir, ["incident", "open", "--title", "late", ...times])).stdout.trim();
    await runCommandLine(dir, ["incident", "mark", id, "mitigated", "--at-time", "2026-11-23T11:00Z"]);
    const { events } = JSON.parse((await runCommandLine(dir, ["log", "--json"])).stdout);
    for (const { recorded } of events) assert.ok(Date.parse(recorded) >= before - 1000, recorded);
    const shown = JSON.parse((await runCommandLine(dir, ["incident", "show", id, "--json"])).stdout);
    assert.ok(
      shown.warnings.some((each: string) => /^Mitigated is back-dated/.test(each)),
      JSON.stringify(shown.warnings),
    );
    const both = await runCommandLine(dir, ["incident", "note", id, "x", "--at", "now", "--at-time", "now"]);
    assert.equal(both.code, 2);
    assert.match(both.stderr, /say the same thing/);
    for (const args of [
      ["drop", "ship", "drop-9"],
      ["council", "approve"],
      ["drop", "promote", "x"],
      ["undo"],
      ["watch"],
    ]) {
      const { code, stderr } = await runCommandLine(dir, [...args, "--at", "2026-11-23T10:00Z"]);
      assert.equal(code, 2);
      assert.match(stderr, /is about this moment; leave out --at/);
    }
    const looking = await runCommandLine(dir, ["postmortem", id, "--at", "2026-11-23T10:30Z"]);
    assert.equal(looking.code, 0, looking.stderr);
  });

  it("goes to no remote but a local path under a clock that was given", async () => {
    const { repository } = shop("version: 1\n", null);
    const opening = ["DROPCLOCK_CLOCK=2026-11-23T10:00Z", "incident", "open", "--title", "x", "--no-drop"];
    assert.equal((await runCommandLine(repository.dir, opening)).code, 0);
    repository.git("remote", "set-url", "origin", "ssh://git@example.invalid/x.git");
    const sync = await runCommandLine(repository.dir, ["sync"]);
    assert.equal(sync.code, 3);
    assert.match(sync.stdout, /entries made under DROPCLOCK_CLOCK, which are for tests/);
    const refused = await runCommandLine(repository.dir, opening);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /DROPCLOCK_CLOCK is for tests, and the ledger here is shared with origin/);
  });

  it("counts for a gate only under such a clock", async () => {
    const { di, member, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    const clock = `DROPCLOCK_CLOCK=${new Date().toISOString()}`;
    for (const name of ["Ana", "Bo"])
      assert.equal((await member(name).run("council", "approve", clock)).code, 0);
    assert.equal((await di.run("gate")).code, 1);
    assert.equal((await di.run("gate", clock)).code, 0);
  });
});
