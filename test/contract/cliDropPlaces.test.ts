import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MONDAY, TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POLICY = (drops: string) => `version: 1\ndrops: { ${drops} }\nledger: { remote: null }\n`;

// biome-ignore lint/suspicious/noExplicitAny: what a pipeline sees
type Json = any;

function place(drops: string) {
  const repository = TemporaryRepository.make();
  repository.commit({ ".dropclock/policy.yaml": POLICY(drops) }, { at: MONDAY - 10 * DAY });
  const run = (...args: string[]) => runCommandLine(repository.dir, args);
  const json = async (...args: string[]): Promise<Json> => {
    const { stdout, stderr } = await run(...args, "--json");
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  };
  const release = (tag: string, file: string, day: number, options: { annotated?: boolean } = {}) => {
    repository.commit({ [file]: `${tag}\n` }, { at: MONDAY + day * DAY, message: `feat: ${file}` });
    repository.tag(tag, { annotated: true, at: MONDAY + day * DAY, ...options });
  };
  return { repository, run, json, release };
}

describe("the place of a drop, on the command line", function () {
  this.timeout(300_000);

  it("is by history: the undo of the next drop leaves alone what the one before it shipped", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    release("v1.0.0", "base", -9);
    release("v1.1.0", "a", -8);
    repository.git("checkout", "-q", "-b", "release-1.0", "v1.0.0");
    release("v1.0.1", "fix", -7);
    repository.git("checkout", "-q", "main");
    repository.git("merge", "-q", "--no-ff", "-m", "Merge branch 'release-1.0'", "release-1.0");
    release("v1.2.0", "b", -6);
    const { drops } = await json("drop", "list");
    const previous = Object.fromEntries(drops.map((drop: Json) => [drop.tag, drop.previous]));
    assert.deepEqual(previous, {
      "v1.2.0": "v1.1.0",
      "v1.0.1": "v1.0.0",
      "v1.1.0": "v1.0.0",
      "v1.0.0": null,
    });
    assert.equal((await json("status")).drop.previous, "v1.1.0");
    const shown = await json("drop", "show", "v1.2.0");
    assert.equal(shown.commitCount, Number(repository.git("rev-list", "--count", "v1.1.0..v1.2.0")));
    assert.equal((await run("undo", "v1.2.0", "--yes")).code, 0);
    const files = repository.git("ls-tree", "--name-only", "dropclock/undo-v1.2.0").split("\n");
    assert.deepEqual(files, [".dropclock", "a", "base"]);
    // Of what is undone on its own, the drop that holds it stays.
    assert.match((await run("undo", "v1.0.1")).stdout, /Later drops stay: v1\.2\.0\./);
  });

  it("names a newer tag that no release branch holds, whatever is asked", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    release("v3.14.0-rc.0", "a", -9);
    repository.git("checkout", "-q", "-b", "release-3.14");
    release("v3.14.0", "b", -8);
    repository.git("checkout", "-q", "main");
    const { incident } = await json("incident", "open", "--title", "T");
    const calls = [
      "status",
      "drop list",
      "drop show",
      "gate",
      "undo",
      "changelog",
      "scorecard",
      "incident list",
    ];
    for (const call of [...calls, "drop show v3.14.0", `incident show ${incident.id}`]) {
      const { stdout, stderr } = await run(...call.split(" "));
      assert.match(stdout + stderr, /\bv3\.14\.0 is newer and on no release\s+branch \(main\)/, call);
    }
    const { drop, newerTags } = await json("status");
    assert.equal(drop.tag, "v3.14.0-rc.0");
    assert.deepEqual(
      newerTags.map(({ tag }: Json) => tag),
      ["v3.14.0"],
    );
  });

  it("is told of a drop that shipped and that no release branch holds any more, whatever is asked", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    for (const [tag, file, day] of [
      ["v1", "a", -9],
      ["v2", "b", -8],
    ] as const) {
      release(tag, file, day);
      assert.equal((await run("drop", "ship", tag)).code, 0);
    }
    // The history is rewritten, and the tag goes with the commit.
    repository.git("tag", "-d", "v2");
    repository.git("reset", "-q", "--hard", "v1");
    release("v3", "c", -7);
    const { incident } = await json("incident", "open", "--title", "T");
    const calls = ["status", "drop list", "drop show", "gate", "undo", "changelog", "scorecard"];
    for (const call of [...calls, "drop show v2", `incident show ${incident.id}`]) {
      const { stdout, stderr } = await run(...call.split(" "));
      const words =
        /v2\s\([0-9a-f]{10},\sits\stag\sdeleted\)\sis\son\srecord\sas\sshipped,\sbut\sno\srelease\sbranch\s\(main\)\sholds\sit/;
      assert.match((stdout + stderr).replace(/\n\s+/g, " "), words, call);
    }
    const { drop, lostDrops } = await json("status");
    assert.deepEqual([drop.tag, lostDrops.map(({ tag }: Json) => tag)], ["v3", ["v2"]]);
    assert.equal((await run("drop", "retract", "v2", "--why", "rewritten")).code, 0);
    assert.deepEqual((await json("drop", "list")).lostDrops, []);
  });

  it("claims of a shallow clone neither that a drop is the first nor that a tag lies elsewhere", async () => {
    const { repository, release } = place('tags: "v*"');
    release("v1", "a", -9);
    release("v2", "b", -8);
    repository.tag("v1.5", { annotated: true, at: MONDAY, on: "v1~1" });
    const clone = repository.clone("cut", "--depth=1");
    clone.git("fetch", "-q", "--depth=1", "origin", "refs/tags/*:refs/tags/*");
    const show = await runCommandLine(clone.dir, ["drop", "show"]);
    assert.match(show.stdout, /^v2 /);
    assert.doesNotMatch(show.stdout, /first drop/);
    assert.match(show.stderr, /v1\.5 may be newer: what this shallow clone has of main does not hold it;/);
    assert.equal((await runCommandLine(clone.dir, ["runbook"])).code, 0);
    const page = readFileSync(join(clone.dir, "docs/runbooks/v2.md"), "utf8");
    assert.doesNotMatch(page, /first drop/);
    assert.match(page, /what came before is not known/);
  });

  it("is asked for in vain under a name that the pattern does not take, and the gate says so", async () => {
    const { repository, run, json, release } = place('tags: ["v*", "!*-rc*"]');
    release("v1", "a", -9);
    repository.tag("v1-rc1", { annotated: true });
    assert.equal((await run("gate", "v1-rc1")).code, 1);
    const { reasons } = await json("gate", "v1-rc1");
    assert.deepEqual(
      reasons.map(({ code, text }: Json) => [code, /does not match “v\*, !\*-rc\*”/.test(text)]),
      [["no-drop", true]],
    );
  });

  it("is known also where a tag or a commit has a date that cannot be", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    release("v1", "a", -9);
    for (const [tag, date] of [
      ["v2", "99999999999999999999"],
      ["v3", "18446744073709551611"],
      ["v4", "9999999999999"],
    ] as const) {
      const tree = repository.git("rev-parse", "HEAD^{tree}");
      const who = (name: string) => `${name} X <x@example.com> ${date} +0000\n`;
      const head = `tree ${tree}\nparent ${repository.git("rev-parse", "HEAD")}\n`;
      const written = (type: string, input: string) =>
        repository
          .tryGit(["hash-object", "-t", type, "-w", "--stdin", "--literally"], { input })
          .stdout.trim();
      const commit = written("commit", `${head}${who("author")}${who("committer")}\nfeat: ${tag}\n`);
      repository.git("update-ref", "refs/heads/main", commit);
      const object = `object ${commit}\ntype commit\ntag ${tag}\n${who("tagger")}\n${tag}\n`;
      repository.git("update-ref", `refs/tags/${tag}`, written("tag", object));
      repository.git("update-ref", `refs/tags/${tag}-light`, commit);
    }
    const { drops } = await json("drop", "list");
    assert.deepEqual(
      drops.map(({ names, shippedAssumed }: Json) => [names[0], shippedAssumed]),
      [
        ["v4-light", true],
        ["v3-light", true],
        ["v2-light", true],
        ["v1", false],
      ],
    );
    for (const call of [
      "status",
      "drop show",
      "changelog",
      "scorecard",
      "checklist",
      "gate",
      "runbook",
      "log",
    ]) {
      const { code, stderr } = await run(...call.split(" "));
      assert.ok(code! < 2, `${call}: ${stderr}`);
    }
    assert.equal((await json("undo")).state ?? "ready", "ready");
  });

  it("is a branch of its own where there are several; undo, gate and next drop go by it", async () => {
    const { repository, run, json, release } = place('tags: ["v*", "!*-rc*"], branch: [main, "release-*"]');
    release("v1.0.0", "base", -9);
    repository.git("checkout", "-q", "-b", "release-1");
    release("v1.0.1", "fix", -6);
    repository.git("checkout", "-q", "main");
    release("v2.0.0", "new", -7);
    release("v2.1.0-rc.1", "later", -5);
    const { drop, branch, newerTags, next } = await json("status");
    assert.deepEqual([drop.tag, drop.branch, branch.name], ["v1.0.1", "release-1", "release-1"]);
    // Nothing is new on the current drop's own branch, so that of the other one comes next.
    assert.deepEqual([newerTags, next.previous], [[], "v2.0.0"]);
    const { drops } = await json("drop", "list");
    assert.deepEqual(
      drops.map((each: Json) => [each.tag, each.branch, each.previous]),
      [
        ["v1.0.1", "release-1", "v1.0.0"],
        ["v2.0.0", "main", "v1.0.0"],
        ["v1.0.0", "main", null],
      ],
    );
    for (const [tag, on] of [
      ["v1.0.1", "release-1"],
      ["v2.0.0", "main"],
    ] as const) {
      assert.equal((await run("undo", tag, "--yes")).code, 0);
      const parent = repository.git("rev-parse", `dropclock/undo-${tag}^`);
      assert.equal(parent, repository.git("rev-parse", on));
    }
    assert.equal((await run("gate", "v2.0.0")).code, 1, "it was rolled back");
    repository.git("checkout", "-q", "release-1");
    repository.commit({ more: "1" }, { at: MONDAY - 4 * DAY });
    const ahead = await json("status");
    assert.equal(ahead.next.previous, "v1.0.1");
    // A new name goes on from the line that it belongs to.
    assert.equal((await run("drop", "ship", "v2.1.0")).code, 0);
    assert.equal(repository.git("rev-parse", "v2.1.0^{commit}"), repository.git("rev-parse", "main"));
    assert.equal((await run("drop", "ship", "v1.0.2")).code, 0);
    assert.equal(repository.git("rev-parse", "v1.0.2^{commit}"), repository.git("rev-parse", "release-1"));
    // Both are in their watch windows, whichever is the team's.
    const windows = (await json("status")).drops.map((each: Json) => [each.tag, each.watch.state]);
    assert.deepEqual(windows, [
      ["v1.0.2", "open"],
      ["v2.1.0", "open"],
    ]);
    assert.match((await run("status")).stdout, /Watch +also open for v2\.1\.0 on main until/);
  });

  it("is an error where the remote has no default branch, said once, and the clocks go on", async () => {
    const { repository, run, release } = place('tags: "v*"');
    release("v1.0.0", "a", -1);
    const bare = repository.bareRemote();
    repository.git("remote", "set-head", "origin", "--delete");
    bare.git("symbolic-ref", "HEAD", "refs/heads/gone");
    const why =
      "dropclock: origin has no default branch; name the one that is released from: git config dropclock.branch NAME\n";
    const opened = await run("incident", "open", "--title", "Checkout fails");
    assert.deepEqual([opened.code, opened.stderr], [0, why]);
    const status = await run("status");
    assert.deepEqual([status.code, status.stderr], [3, why]);
    assert.match(status.stdout, /mitigate +running/);
    for (const call of [
      "drop list",
      "drop show",
      "gate",
      "scorecard",
      "changelog",
      "checklist",
      "undo",
      "publish",
    ]) {
      const { code, stdout, stderr } = await run(...call.split(" "));
      assert.deepEqual([code, stdout, stderr], [3, "", why], call);
    }
  });

  it("is nowhere where no branch matches, and the branches that there are are named", async () => {
    const { run } = place('tags: "v*", branch: ["release-*"]');
    const { stdout } = await run("status");
    assert.match(stdout.replace(/\s+/g, " "), /No branch here .*matches “release-\*”.*; there are: main\./);
  });

  it("stays when its tag is deleted, and two names on one commit are one drop", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    release("v1.0.0", "base", -9);
    release("v1.1.0-rc.1", "a", -8);
    repository.tag("v1.1.0", { annotated: true, at: MONDAY - 7 * DAY });
    assert.equal((await run("drop", "ship", "v1.1.0-rc.1")).code, 0);
    const [first] = (await json("drop", "list")).drops;
    assert.deepEqual([first.tag, first.names], ["v1.1.0", ["v1.1.0", "v1.1.0-rc.1"]]);
    assert.equal(first.shippedAt, new Date(MONDAY - 8 * DAY).toISOString());
    assert.equal((await json("drop", "show", "v1.1.0-rc.1")).tag, "v1.1.0");
    repository.git("tag", "-d", "v1.1.0", "v1.1.0-rc.1");
    const gone = (await json("status")).drop;
    assert.deepEqual([gone.tag, gone.previous, gone.deleted], ["v1.1.0-rc.1", "v1.0.0", true]);
    assert.match((await run("status")).stdout, /its tag was\s+deleted/);
    assert.equal((await run("drop", "retract", "v1.1.0-rc.1", "--why", "wrong tag")).code, 0);
    assert.equal((await json("status")).drop.tag, "v1.0.0");
    assert.equal((await run("drop", "retract", "v1.1.0-rc.1", "--why", "again")).code, 2);
  });

  it("says where a shipping time is assumed, and misses no target by it", async () => {
    const { run, json, release } = place('tags: "v*"');
    release("v1", "a", -9, { annotated: false });
    release("v2", "b", (Date.now() - 20 * HOUR - MONDAY) / DAY, { annotated: false });
    const id = (await run("incident", "open", "--title", "T")).stdout.trim();
    const { incidents, drop } = await json("status");
    assert.equal(drop.shippedAssumed, true);
    assert.deepEqual(incidents[0].clocks[0].state, "unknown");
    const calls = ["status", "drop list", "drop show", "scorecard", "changelog", "changelog v1"];
    for (const call of [...calls, `incident show ${id}`])
      assert.match((await run(...call.split(" "))).stdout, /assumed/, call);
    const { drops } = await json("scorecard");
    assert.deepEqual([drops[0].pillars.detect, drops[0].shippedAssumed], ["no data", true]);
    const at = new Date(Date.now() - HOUR).toISOString();
    assert.equal((await run("incident", "mark", id, "started", "--at-time", at)).code, 0);
    assert.equal((await json("status")).incidents[0].clocks[0].state, "missed");
  });

  it("is not known where the commit on record of the drop before is none of its history", async () => {
    const { repository, run, json, release } = place('tags: "v*"');
    release("v1", "a", -9);
    release("v2", "b", -8);
    assert.equal((await run("drop", "ship", "v1")).code, 0);
    repository.git("checkout", "-q", "-b", "rewritten", "v1^");
    release("v0", "other", -7);
    repository.git("tag", "-d", "v0");
    repository.git("cherry-pick", "v1", "v2");
    repository.git("checkout", "-q", "-B", "main");
    repository.git("tag", "-f", "v1", "HEAD~1");
    repository.git("tag", "-f", "v2");
    const { drop } = await json("status");
    assert.deepEqual([drop.tag, drop.previous, drop.undo.state], ["v2", "v1", "unknown"]);
    assert.match(drop.undo.why, /recorded when v1 shipped, is not in the history of v2/);
  });

  it("ships now where nobody has said when it did", async () => {
    const { run, json, release } = place('tags: "v*"');
    release("v1", "a", -9, { annotated: false });
    const before = Date.now();
    assert.equal((await run("drop", "ship", "v1")).code, 0);
    const { drop, watch, drops } = await json("status");
    assert.ok(Date.parse(drop.shippedAt) >= before - 1000);
    assert.deepEqual([drop.shippedAssumed, watch.state, drops[0].tag], [false, "open", "v1"]);
  });
});
