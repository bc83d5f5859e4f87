import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { COUNCIL_POLICY, councilTeam } from "../support/people/councilTeam.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const GITHUB = { GITHUB_ACTIONS: "true", CI: "true" };
const PULL = {
  ...GITHUB,
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_REF: "refs/pull/7/merge",
  GITHUB_BASE_REF: "main",
};
const GITLAB = { GITLAB_CI: "true", CI: "true" };
const MERGE = {
  ...GITLAB,
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
};

/** A team whose remote has a pull request by Mal, and a runner's checkout of it. */
function scene(files: Record<string, string>, policy = COUNCIL_POLICY) {
  const team = councilTeam(policy);
  const { di, bare, commit } = team;
  const author = "Mal <mal@example.com>";
  di.repository.git("checkout", "-q", "-b", "feature");
  di.repository.commit(files, { author });
  di.repository.git("push", "-q", "origin", "feature", "feature:refs/pull/7/head");
  di.repository.git("checkout", "-q", "main");
  commit({ "src/other.ts": "1\n" });
  mergeRef(bare, di.repository, "feature");
  return team;
}

/** What the forge keeps as `refs/pull/7/merge`: the pull request merged into main as it is now. */
function mergeRef(bare: TemporaryRepository, repository: TemporaryRepository, branch: string) {
  repository.git("checkout", "-q", "--detach", "main");
  repository.git("merge", "-q", "--no-ff", "-m", "Merge into main", branch);
  repository.git("push", "-q", bare.dir, "+HEAD:refs/pull/7/merge");
  repository.git("checkout", "-q", "main");
}

/** As a runner does it: no default branch of the remote is known, nothing is called main, and HEAD is detached. */
function checkout(bare: TemporaryRepository, ref: string, ...flags: string[]): string {
  const dir = mkdtempSync(join(bare.dir, "..", "run-"));
  const git = (...args: string[]) => bare.git("--git-dir", join(dir, ".git"), "--work-tree", dir, ...args);
  bare.git("init", "-q", dir);
  git("remote", "add", "origin", `file://${bare.dir}`);
  const name = `refs/remotes/${ref.replace("refs/", "")}`;
  const all = flags.length > 0 ? [] : ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  git("fetch", "-q", "--no-tags", ...flags, "origin", `+${ref}:${name}`, ...all);
  git("checkout", "-q", "--force", "--detach", name);
  return dir;
}

const RISKY = { "migrations/1.sql": "alter\n" };

describe("the gate of a pull request", function () {
  this.timeout(300_000);

  it("judges the merge ref of GitHub by what it brings, tells of the council, and does not ask it", async () => {
    const { bare } = scene(RISKY);
    const dir = checkout(bare, "refs/pull/7/merge");
    const { code, stdout, stderr } = await runCommandLine(dir, ["gate", "--json"], PULL);
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(
      [report.open, report.question, report.pullRequest, report.reasons],
      [true, { kind: "merge", into: "main" }, "7", []],
    );
    // Mal's commit alone, and not what main has had meanwhile.
    assert.deepEqual([report.drop.commits, report.risk.level], [1, "high"]);
    assert.deepEqual([report.council.needed, report.council.quorum], [true, 2]);
    assert.match(report.council.mainAuthor, /Mal/);
    const text = await runCommandLine(dir, ["gate"], PULL);
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^Passed: the pull request \(1 commit\) may be merged into main\.$/m);
    assert.match(text.stdout, /^To ship, once it is merged:\n- It needs 2 approvals of the council/m);
    assert.match(text.stdout, /^::notice title=Dropclock gate \(approvals\)::It needs 2 approvals/m);
    assert.doesNotMatch(text.stdout, /::error/);
  });

  it("judges a merge request of GitLab that is behind its branch by what it brings", async () => {
    const { bare, di } = scene({ "src/feature.ts": "1\n" });
    di.repository.git("push", "-q", "origin", "feature:refs/merge-requests/7/head");
    const dir = checkout(bare, "refs/merge-requests/7/head");
    const { code, stdout, stderr } = await runCommandLine(dir, ["gate", "--json"], MERGE);
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(
      [report.question.kind, report.pullRequest, report.drop.commits, report.risk.level, report.toShip],
      ["merge", "7", 1, "low", []],
    );
  });

  it("asks in full what ships: a tag on the command line, a run for a tag, a stage", async () => {
    const { bare, di } = scene(RISKY);
    di.repository.git("merge", "-q", "--no-ff", "-m", "Merge", "feature");
    di.repository.tag("drop-2");
    di.repository.git("push", "-q", "origin", "main", "drop-2");
    const dir = checkout(bare, "refs/pull/7/merge");
    for (const [environment, ...args] of [
      [PULL, "drop-2"],
      [PULL, "--to", "broad"],
      [{ ...PULL, GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/tags/drop-2" }],
      [{ ...PULL, GITHUB_REF: "refs/tags/drop-2" }],
      [{ ...PULL, GITHUB_EVENT_NAME: "push" }],
      [{ ...PULL, GITHUB_EVENT_NAME: "pull_request_target", GITHUB_REF: "refs/heads/main" }],
      [{ ...MERGE, CI_COMMIT_TAG: "drop-2" }],
      [{ ...MERGE, CI_PIPELINE_SOURCE: "push" }],
      [{ ...MERGE, ...PULL, GITLAB_CI: "", GITHUB_ACTIONS: "" }],
    ] as [NodeJS.ProcessEnv, ...string[]][]) {
      const { code, stdout, stderr } = await runCommandLine(dir, ["gate", "--json", ...args], environment);
      const told = JSON.stringify([environment, args, stderr]);
      assert.equal(code, 1, told);
      const { drop, question, reasons } = JSON.parse(stdout);
      assert.equal(drop.tag, "drop-2", told);
      assert.notEqual(question.kind, "merge", told);
      assert.ok(
        reasons.some((each: { code: string }) => each.code === "approvals"),
        told,
      );
    }
  });

  it("goes by the policy of the branch, and refuses one that is broken", async () => {
    const lax = COUNCIL_POLICY.replace("quorum: 2, from: high", "quorum: 1, from: high");
    const { bare } = scene({ ...RISKY, ".dropclock/policy.yaml": lax });
    const dir = checkout(bare, "refs/pull/7/merge");
    const judged = JSON.parse((await runCommandLine(dir, ["gate", "--json"], PULL)).stdout);
    assert.deepEqual([judged.open, judged.council.quorum], [true, 2]);

    const broken = scene({ ".dropclock/policy.yaml": "version: 1\ncouncil: { quorum: many }\n" });
    const refused = await runCommandLine(checkout(broken.bare, "refs/pull/7/merge"), ["gate"], PULL);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^Blocked: the pull request \(1 commit\) may not be merged into main\.$/m);
    assert.match(
      refused.stdout,
      /^::error title=Dropclock gate \(policy\)::The policy that it brings is broken at \.dropclock\/policy\.yaml:2:/m,
    );
  });

  it("knows the undo of a drop by its tree, whatever its message says", async () => {
    const { bare, di, commit } = councilTeam();
    commit(RISKY);
    di.repository.tag("drop-2", { annotated: true });
    di.repository.git("push", "-q", "origin", "drop-2");
    commit({ "src/later.ts": "1\n" });
    const undone = await di.run("undo", "drop-2", "--yes");
    assert.equal(undone.code, 0, undone.stdout + undone.stderr);
    const tree = bare.git("rev-parse", "dropclock/undo-drop-2^{tree}");
    const made = di.repository.git("commit-tree", "-p", "main", "-m", "chore: tidy", tree);
    di.repository.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*");
    for (const [head, undoOf] of [
      ["origin/dropclock/undo-drop-2", "drop-2"],
      [made, "drop-2"],
      ["main~1", null],
    ] as const) {
      mergeRef(bare, di.repository, head);
      const dir = checkout(bare, "refs/pull/7/merge");
      const { code, stdout, stderr } = await runCommandLine(dir, ["gate", "--json"], PULL);
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).undoOf, undoOf, head);
    }
  });

  it("gives the reason in one line where the checkout holds one commit only", async () => {
    const { bare } = scene(RISKY);
    const dir = checkout(bare, "refs/pull/7/merge", "--depth=1");
    const { code, stdout, stderr } = await runCommandLine(dir, ["gate"], PULL);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.equal(
      stderr,
      "dropclock: This clone is shallow, so its drops cannot be judged; fetch the rest: git fetch --unshallow --tags\n",
    );
  });
});
