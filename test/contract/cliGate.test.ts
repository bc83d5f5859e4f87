import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { COUNCIL_POLICY, councilTeam } from "../support/people/councilTeam.ts";
import { plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";

describe("the council and the gate on the command line", function () {
  this.timeout(300_000);

  it("go from a request through two approvals to a shipped drop that is promoted", async () => {
    const { di, member, commit, bare } = councilTeam();
    const tip = commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo] = [member("Ana"), member("Bo")];

    const shut = await di.run("gate");
    assert.equal(shut.code, 1, shut.stderr);
    assert.match(shut.stdout, /^Shut: The next drop \(1 commit\) may not ship\.$/m);
    assert.match(
      shut.stdout,
      /- It needs 2 approvals of the council from members other than Di, who made most\n {2}of it, and has none\./,
    );

    const refused = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(refused.code, 1);
    assert.equal(di.repository.git("tag", "-l", "drop-2"), "");

    assert.equal((await di.run("council", "request", "--why", "needed on Monday")).code, 0);
    const first = await ana.run("council", "approve");
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /^Approved\.\nThe next drop \(1 commit since drop-1\), risk high: schema change\n1 of 2 approvals \(Ana\)\nWaiting for bo@example\.com, cy@example\.com$/m,
    );
    assert.equal((await ana.run("gate")).code, 1);
    assert.equal((await ana.run("council", "approve")).code, 0);
    assert.equal((await ana.run("gate")).code, 1, "one member counts once");
    await bo.run("council", "approve");
    const open = await di.json("gate");
    assert.deepEqual([open.open, open.reasons, open.drop.commit], [true, [], tip]);
    assert.deepEqual(
      open.council.approved.map(({ by }: { by: string }) => by),
      ["Ana <ana@example.com>", "Bo <bo@example.com>"],
    );

    const nameless = await di.run("drop", "ship");
    assert.equal(nameless.code, 2);
    assert.match(nameless.stderr, /dropclock drop ship drop-2/);
    const shipped = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(shipped.code, 0, shipped.stderr);
    assert.match(
      shipped.stdout,
      /Tagged .* as drop-2; pushed to origin; on record as shipped; somebody must be watching now\./,
    );
    assert.equal(di.repository.git("cat-file", "-t", "drop-2"), "tag");
    assert.match(
      di.repository.git("tag", "-l", "--format=%(contents)", "drop-2"),
      /Risk: high: schema change\nApproved-by: Ana <ana@example\.com>\nApproved-by: Bo/,
    );
    assert.equal(bare.git("rev-parse", "drop-2^{commit}"), tip);
    const status = await di.json("status");
    assert.deepEqual([status.drop.tag, status.watch.state], ["drop-2", "open"]);

    const again = await di.json("drop", "ship", "drop-2");
    assert.deepEqual([again.tagged, again.pushed, again.recorded], [false, false, false]);

    const soaking = await di.run("drop", "promote", "broad");
    assert.equal(soaking.code, 1);
    assert.match(soaking.stdout, /- drop-2 must soak in testbed for 30m; (29|30)m to go\./);
    const later = new Date(Date.now() + 31 * 60_000).toISOString();
    const promoted = await di.run("drop", "promote", "broad", `DROPCLOCK_CLOCK=${later}`);
    assert.equal(promoted.code, 0, promoted.stdout + promoted.stderr);
    assert.match(promoted.stdout, /drop-2 is in broad now; it was in testbed\./);
    const back = await di.run("drop", "demote", "--why", "errors", `DROPCLOCK_CLOCK=${later}`);
    assert.match(back.stdout, /drop-2 is back in testbed; it was in broad\./);
  });

  it("go stale when the drop gets another commit, visibly", async () => {
    const { di, member, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo] = [member("Ana"), member("Bo")];
    await ana.run("council", "approve");
    await bo.run("council", "approve");
    commit({ "src/app.ts": "2\n" });
    const shut = await di.json("gate");
    assert.equal(shut.open, false);
    assert.match(
      shut.reasons[0].text,
      /and has none; not counted: Ana's is for another commit \([0-9a-f]{10}\); Bo's is for/,
    );
    assert.deepEqual(
      shut.council.disregarded.map(({ stale }: { stale: boolean }) => stale),
      [true, true],
    );
  });

  it("go by the policy on the release branch: nobody becomes a member by an edit of their own", async () => {
    const { di, member, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    const mallory = member("Mallory");
    mallory.repository.write(
      ".dropclock/policy.yaml",
      "version: 1\ndrops: { branch: mine }\ncouncil: { members: [mallory@example.com], quorum: 1, from: high }\n",
    );
    mallory.repository.git("checkout", "-q", "-b", "mine");
    mallory.repository.git("commit", "-qam", "mine");
    const denied = await mallory.run("council", "approve");
    assert.equal(denied.code, 1);
    assert.match(
      denied.stderr,
      /Mallory \(mallory@example\.com\) is not a member of the council in the policy on main/,
    );
    const gate = await mallory.run("gate");
    assert.equal(gate.code, 1);
    assert.match(gate.stdout, /Judged by the policy on main; the one in this work tree differs\./);
    assert.equal((await di.run("gate")).code, 1);
  });

  it("let nobody approve what is mostly their own", async () => {
    const { commit, di } = councilTeam(
      `version: 1\ncouncil: { members: [di@example.com, ana@example.com], quorum: 1, from: low }\n`,
    );
    commit({ "src/app.ts": "2\n" });
    const { code, stderr } = await di.run("council", "approve");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Most of this drop's commits are yours, so your approval would not count; ask ana@example\.com\./,
    );
  });

  it("let nobody approve their own under another address of theirs: the branch's .mailmap tells who is who", async () => {
    const { di, member, commit } = councilTeam(
      COUNCIL_POLICY.replace("[ana@example.com,", "[di@work.example, ana@example.com,").replace(
        "quorum: 2",
        "quorum: 1",
      ),
    );
    commit({ "migrations/1.sql": "alter\n", ".mailmap": "Di <di@work.example> <di@example.com>\n" });
    const work = { GIT_AUTHOR_EMAIL: "di@work.example", GIT_COMMITTER_EMAIL: "di@work.example" };
    const atWork = member("Bo", { ...work, GIT_AUTHOR_NAME: "Di", GIT_COMMITTER_NAME: "Di" });
    // What a work tree says of who is who counts for nothing.
    writeFileSync(join(atWork.repository.dir, ".mailmap"), "");
    const refused = await atWork.run("council", "approve");
    assert.equal(refused.code, 1, refused.stdout);
    assert.match(
      refused.stderr,
      /Most of this drop's commits are yours, so your approval would not count; ask ana@/,
    );
    assert.equal((await di.run("gate")).code, 1);
    await member("Ana").run("council", "approve");
    assert.equal((await di.run("gate")).code, 0);
  });

  it("stop at a rejection, until its author thinks better of it or somebody overrides", async () => {
    const { di, member, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    const [ana, bo, cy] = [member("Ana"), member("Bo"), member("Cy")];
    for (const each of [ana, bo]) await each.run("council", "approve");
    assert.equal((await di.run("gate")).code, 0);
    await cy.run("council", "reject", "--why", "no index");
    const rejected = await di.run("gate");
    assert.match(rejected.stdout, /- Cy has rejected it: no index\./);
    const reasonless = await di.run("council", "override");
    assert.equal(reasonless.code, 2);
    await di.run("council", "override", "--why", "customers are down");
    const open = await di.run("gate");
    assert.equal(open.code, 0, open.stdout);
    assert.match(open.stdout, /- overridden: Cy has rejected it: no index\./);
    await di.run("drop", "ship", "drop-2");
    const card = await di.json("scorecard");
    assert.equal(card.drops[0].overrides[0].why, "customers are down");
  });

  it("need nobody for a drop of low risk", async () => {
    const { di, commit } = councilTeam();
    commit({ "src/app.ts": "2\n" });
    assert.equal((await di.run("gate")).code, 0);
    const shipped = await di.json("drop", "ship", "--yes");
    assert.deepEqual(
      [shipped.tag, shipped.tagged, shipped.pushed, shipped.recorded],
      ["drop-2", true, true, true],
    );
  });

  it("recognise a drop that was tagged elsewhere", async () => {
    const { di, commit } = councilTeam();
    commit({ "src/app.ts": "2\n" });
    di.repository.tag("drop-2", { annotated: true });
    const shipped = await di.json("drop", "ship", "drop-2");
    assert.deepEqual([shipped.tagged, shipped.recorded, shipped.open], [false, true, true]);
    const log = await di.json("log");
    assert.equal(log.events[0].type, "shipped");
  });

  it("leave no tag behind where the remote has another drop of that name", async () => {
    const { di, member, commit } = councilTeam();
    const ana = member("Ana");
    commit({ "src/app.ts": "2\n" });
    // On a branch that no clone follows, so nobody has heard of it.
    const tree = ana.repository.git("rev-parse", "HEAD^{tree}");
    ana.repository.git("tag", "drop-2", ana.repository.git("commit-tree", "-m", "elsewhere", tree));
    ana.repository.git("push", "-q", "origin", "drop-2");
    const refused = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(
      refused.stderr,
      /origin has another drop-2 already, so nothing was shipped; the one here was taken away again\. Ship under another name\.$/m,
    );
    assert.equal(di.repository.git("tag", "-l", "drop-2"), "");
    assert.equal((await di.run("drop", "ship", "drop-3", "--push")).code, 0);

    di.repository.git("tag", "drop-2");
    const mine = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(mine.code, 1, mine.stderr);
    assert.match(mine.stderr, /the one here is another one: take it away with git tag -d drop-2\. Ship/);
    assert.notEqual(di.repository.git("tag", "-l", "drop-2"), "", "somebody's own tag stays");
  });

  it("take a drop for shipped that somebody else has shipped at the same time", async () => {
    const { di, bare, commit } = councilTeam();
    const tip = commit({ "src/app.ts": "2\n" });
    bare.git("tag", "-a", "-m", "theirs", "drop-2", tip);
    const theirs = bare.git("rev-parse", "drop-2");
    // As if it came to the remote between the look at it and the push.
    di.repository.git("config", "remote.origin.tagOpt", "--no-tags");
    const shipped = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(shipped.code, 0, shipped.stderr);
    assert.match(shipped.stdout, /^drop-2 is tagged already .*; pushed to origin; on record as shipped/);
    assert.equal(di.repository.git("rev-parse", "drop-2"), theirs);
  });

  it("are shut by a tag that was moved", async () => {
    const { di, commit } = councilTeam();
    commit({ "src/app.ts": "2\n" });
    await di.run("drop", "ship", "drop-2");
    commit({ "migrations/1.sql": "alter\n" });
    di.repository.git("tag", "-f", "drop-2");
    const gate = await di.json("gate", "drop-2");
    assert.deepEqual(
      gate.reasons.map(({ code }: { code: string }) => code),
      ["moved-tag"].concat(gate.question.kind === "promote" ? ["soak"] : []),
    );
  });

  it("refuse names that are no drop's, and to ship where nothing is new", async () => {
    const { di } = councilTeam();
    const nothing = await di.run("drop", "ship", "drop-2");
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /Nothing is new on main since drop-1/);
    for (const [name, words] of [
      ["v2", /does not match “drop-\*”/],
      ["drop-..x", /must be a name that git allows/],
    ] as const) {
      const { code, stderr } = await di.run("drop", "ship", name);
      assert.equal(code, 2);
      assert.match(stderr, words);
    }
  });

  it("have the request on one page: gate, risk, council, checklist, commits and the diff, all of it inert", async () => {
    const { di, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter `x` ``` <b>\n" });
    const { code, stdout } = await di.run("council", "show");
    assert.equal(code, 0);
    const sections = [...stdout.matchAll(/^## (\w+)/gm)].map(([, title]) => title);
    assert.deepEqual(sections, ["Gate", "Risk", "Council", "Checklist", "Commits", "Files", "Diff"]);
    assert.match(stdout, /^\| Undo \| ready: 1 commit, 1 file \|$/m);
    assert.match(stdout, /^\*\*high\*\*: schema change: 1 file matches migrations/m);
    assert.match(stdout, /^`{4}diff\n[\s\S]*^\+alter `x` ``` <b>\n`{4}$/m);
  });

  it("are blocked for a tag whose record names the commit of another drop", async () => {
    const { bare, di, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    di.repository.tag("drop-2");
    di.repository.git("push", "-q", "origin", "drop-2");
    const data = { commit: di.repository.git("rev-parse", "drop-1^{commit}") };
    const event = stored({ subject: "drop/drop-2", type: "shipped", data });
    plantEntries(bare, { [eventPath(event)]: encodeEvent(event) });
    const { open, drop, reasons } = await di.json("gate", "drop-2");
    const codes = reasons.map(({ code }: { code: string }) => code);
    assert.deepEqual([open, drop.tag, drop.commit], [false, "drop-2", bare.git("rev-parse", "main")]);
    for (const code of ["moved-tag", "approvals"]) assert.ok(codes.includes(code), codes.join());
  });

  it("annotate the run of a pipeline", async () => {
    const { di, commit } = councilTeam();
    commit({ "migrations/1.sql": "alter\n" });
    const { runCommandLine } = await import("../support/processes/commandLine.ts");
    const github = await runCommandLine(di.repository.dir, ["gate"], { GITHUB_ACTIONS: "true" });
    assert.match(
      github.stdout,
      /^::error title=Dropclock gate \(approvals\)::It needs 2 approvals .* has none\.$/m,
    );
    // Of what people wrote, nothing is a command of GitHub's, wherever a line breaks.
    const [, token, said] = /^::stop-commands::([\w-]{20,})\n([\s\S]*)\n::\1::\n$/m.exec(github.stdout) ?? [];
    assert.ok(token, github.stdout);
    assert.match(said!, /^Shut: The next drop \(1 commit\) may not ship\./);
    const gitlab = await runCommandLine(di.repository.dir, ["gate", "--report", "quality.json"], {
      GITLAB_CI: "true",
    });
    assert.match(gitlab.stdout, /section_start:\d+:dropclock_gate\r/);
    const { readFileSync } = await import("node:fs");
    const [finding] = JSON.parse(readFileSync(`${di.repository.dir}/quality.json`, "utf8"));
    assert.deepEqual(
      [finding.severity, finding.check_name, finding.location.path],
      ["blocker", "dropclock-gate-approvals", ".dropclock/policy.yaml"],
    );
    // The next run replaces it; what is no report is somebody's file.
    assert.equal((await di.run("gate", "--report", "quality.json")).code, 1);
    const kept = await di.run("gate", "--report", "src/app.ts");
    assert.equal(kept.code, 2);
    assert.match(
      kept.stderr,
      /^dropclock: src\/app\.ts holds something else than a report, so it is not overwritten/,
    );
    assert.equal(readFileSync(`${di.repository.dir}/src/app.ts`, "utf8"), "1\n");
  });

  it("refuses options that name nothing, or contradict each other", async () => {
    const { di } = councilTeam();
    for (const [args, said] of [
      [["--report="], /--report names no file/],
      [["--install-hook", "--remove-hook"], /contradict each other/],
    ] as const) {
      const { code, stdout, stderr } = await di.run("gate", ...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, said);
    }
  });
});
