import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { personsState } from "../support/git/untouched.ts";
import { plantHook } from "../support/people/team.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const POLICY = (steps: string) => `version: 1
flags: { file: flags.flagd.json }
rollback:
  steps:
${steps
  .split("\n")
  .map((line) => `    ${line}`)
  .join("\n")}
  checks: ["test -f app.txt", "! test -f new.txt"]
`;
const FLAGS =
  '{\n  "flags": {\n    "new-app": { "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on" }\n  }\n}\n';

/** Two drops on a remote, a policy, and a commit that nobody else has. */
function place(steps = "- revert: { push: true, pullRequest: false }") {
  const repository = TemporaryRepository.make();
  repository.commit({ "app.txt": "a\n", "flags.flagd.json": FLAGS, ".dropclock/policy.yaml": POLICY(steps) });
  repository.tag("drop-1");
  repository.commit({ "app.txt": "b\n", "new.txt": "new\n", "CHANGELOG.md": "two\n" });
  repository.tag("drop-2");
  const bare = repository.bareRemote();
  return { repository, bare };
}

const call = (repository: TemporaryRepository, args: string[], environment: NodeJS.ProcessEnv = {}) =>
  runCommandLine(repository.dir, ["undo", ...args], environment);

async function json(repository: TemporaryRepository, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { code, stdout, stderr } = await call(repository, [...args, "--json"], environment);
  return { code, stderr, answer: stdout === "" ? null : JSON.parse(stdout) };
}

/** Puts a policy where it is in force: on the remote's main. */
function release(repository: TemporaryRepository, policy: string): void {
  repository.commit({ ".dropclock/policy.yaml": policy }, { message: "chore: policy" });
  repository.git("push", "-q", "origin", "main");
}

describe("dropclock undo", function () {
  this.timeout(300_000);

  it("goes on top of the flags that were switched off first, here or on another machine, also where the branch moved", async () => {
    for (const [where, moved] of [
      ["here", false],
      ["elsewhere", false],
      ["here", true],
    ] as const) {
      const { repository, bare } = place(
        '- flags: [new-app]\n- run: "test -f go"\n- revert: { push: true, pullRequest: false }',
      );
      repository.git("push", "-q", "origin", "main");
      const stopped = await json(repository, ["--yes"]);
      assert.deepEqual(
        stopped.answer.result.steps.map(({ outcome }: { outcome: string }) => outcome),
        ["done", "failed", "not done"],
      );
      const flags = bare.git("rev-parse", "dropclock/undo-drop-2");
      if (moved) {
        repository.commit({ "later.txt": "later\n" });
        repository.git("push", "-q", "origin", "main");
      }
      const next = where === "here" ? repository : bare.clone("next");
      if (where === "elsewhere") next.git("branch", "-q", "-r", "-d", "origin/dropclock/undo-drop-2");
      next.write("go", "");
      const { code, stderr } = await json(next, ["--yes"]);
      assert.equal(code, 0, stderr);
      assert.equal(bare.git("rev-parse", "dropclock/undo-drop-2^"), flags);
      const made = (path: string) => bare.tryGit(["show", `dropclock/undo-drop-2:${path}`]);
      assert.equal(made("app.txt").stdout, "a\n");
      assert.notEqual(made("new.txt").status, 0);
      assert.match(made("flags.flagd.json").stdout, /"state": "DISABLED"/);
    }
  });

  it("shows the plan, and does nothing when nobody can be asked", async () => {
    const { repository } = place();
    const before = personsState(repository);
    const { code, stdout, stderr } = await call(repository, []);
    assert.equal(code, 1);
    assert.match(stderr, /Nothing was done, for nobody is here to ask; to do it: --yes/);
    assert.match(
      stdout,
      /^Undo drop-2 \(back to drop-1\) on main\n {2}ready: 1 commit, 2 files\n {2}never rehearsed/,
    );
    assert.match(stdout, /Files that stay as they are \(1\)\n {2}CHANGELOG\.md/);
    assert.match(
      stdout,
      /1\. Revert drop-2 on dropclock\/undo-drop-2, push it to origin\n +\$ git push origin dropclock\/undo-drop-2/,
    );
    assert.deepEqual(personsState(repository), before);
  });

  it("takes the drop back in one commit on a branch of its own, and leaves the person's things alone", async () => {
    const { repository, bare } = place();
    repository.write("app.txt", "mine\n");
    const before = personsState(repository);
    const { code, answer, stderr } = await json(repository, ["--yes"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual([answer.result.state, answer.result.steps[0].outcome], ["done", "done"]);
    const commit = answer.result.commit;
    assert.equal(bare.git("rev-parse", "dropclock/undo-drop-2"), commit);
    assert.equal(repository.git("rev-parse", `${commit}^`), repository.git("rev-parse", "main"));
    assert.equal(repository.git("diff", "--name-only", "drop-1", commit), "CHANGELOG.md");
    assert.match(
      repository.git("log", "-1", "--format=%B", commit),
      new RegExp(`^Revert drop-2\n\nThis reverts commit ${repository.git("rev-parse", "drop-2")}\\.`),
    );
    const { refs: _, ...files } = personsState(repository);
    const { refs: __, ...same } = before;
    assert.deepEqual(files, same);
    const again = await json(repository, ["--yes"]);
    assert.equal(again.code, 0);
    assert.match(again.stderr, /drop-2 is undone already, by .*dropclock\/undo-drop-2 is not merged yet/);
    assert.equal(bare.git("rev-parse", "dropclock/undo-drop-2"), commit);
  });

  it("goes the way back: reapplied once merged, undone again on another branch", async () => {
    const { repository, bare } = place();
    await json(repository, ["--yes"]);
    repository.git("merge", "-q", "--no-ff", "--no-edit", "dropclock/undo-drop-2");
    repository.git("push", "-q", "origin", "main");
    const state = async () =>
      JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout).drop.undo;
    assert.deepEqual([(await state()).state, (await state()).merged], ["undone", true]);
    const { code, answer, stderr } = await json(repository, ["--reapply", "--yes"]);
    assert.equal(code, 0, stderr);
    assert.equal(bare.git("diff", "--name-only", "drop-2", "dropclock/reapply-drop-2"), "");
    assert.match(
      bare.git("log", "-1", "--format=%B", "dropclock/reapply-drop-2"),
      /^Reapply drop-2\n\nThis reverts commit /,
    );
    assert.equal(answer.result.state, "done");
    repository.git("merge", "-q", "--ff-only", "dropclock/reapply-drop-2");
    repository.git("push", "-q", "origin", "main");
    assert.equal((await state()).state, "ready");
    const second = await json(repository, ["--yes"]);
    assert.equal(second.answer.undoBranch, "dropclock/undo-drop-2-2");
    assert.equal(second.answer.result.state, "done");
    assert.match(
      (await json(repository, ["--reapply", "--yes"])).answer.result.steps[0].words,
      /do not merge its undo/,
    );
  });

  it("stops at the step that fails, and goes on from there", async () => {
    const steps =
      '- flags: [new-app]\n- revert: { push: true, pullRequest: false }\n- run: "echo ran >> ran.log; test -f go"\n- run: "echo last >> ran.log"';
    const { repository, bare } = place(steps);
    const { code, answer } = await json(repository, ["--yes"]);
    assert.equal(code, 1);
    const outcomes = (each: { result: { steps: { outcome: string }[] } }) =>
      each.result.steps.map(({ outcome }) => outcome);
    assert.deepEqual(
      [answer.result.state, outcomes(answer)],
      ["failed", ["done", "done", "failed", "not done"]],
    );
    assert.match(
      bare.git("show", "dropclock/undo-drop-2:flags.flagd.json"),
      /"new-app": \{ "state": "DISABLED", "variants"/,
    );
    const text = await call(repository, []);
    assert.match(text.stdout, /3\. Run echo ran .*\(failed: exit status 1\)/);
    repository.write("go", "");
    const mended = await json(repository, ["--yes"]);
    assert.deepEqual([mended.code, outcomes(mended.answer)], [0, ["done", "done", "done", "done"]]);
    assert.equal(readFileSync(join(repository.dir, "ran.log"), "utf8"), "ran\nran\nlast\n");
    assert.equal(bare.git("rev-list", "--count", "main..dropclock/undo-drop-2"), "1");
  });

  it("says mitigated once the signals are calm, or somebody has seen that they are", async () => {
    const calm = {
      status: "success",
      data: { resultType: "vector", result: [{ metric: {}, value: [0, "0"] }] },
    };
    const server = createServer((_, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(calm)),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      for (const [url, ...more] of [[`http://127.0.0.1:${port}`], ["http://127.0.0.1:1", "--verified"]]) {
        const { repository } = place();
        const steps = POLICY("- revert: { push: true, pullRequest: false }\n- verify: [errors]");
        const signal = `{ name: errors, prometheus: { url: "${url}", query: up }, breach: "> 1", every: 1s }`;
        release(repository, `${steps}signals: [${signal}]\n`);
        const run = async (...args: string[]) => (await runCommandLine(repository.dir, args)).stdout.trim();
        const id = await run("incident", "open", "--title", "checkout");
        const { code, answer, stderr } = await json(repository, ["--yes", ...more]);
        assert.equal(code, 0, stderr);
        assert.deepEqual([answer.incident, answer.result.state, answer.result.mitigated], [id, "done", true]);
        const { events } = JSON.parse(await run("log", "--json"));
        const types = events.map(({ type }: { type: string }) => type);
        assert.ok(types.includes("rolled-back") && types.includes("mitigated"));
      }
    } finally {
      server.close();
    }
  });

  it("rehearses in a worktree that is gone afterwards, pushes nothing, and records it; a drill as one", async () => {
    const { repository, bare } = place();
    const before = personsState(repository);
    const { code, answer, stderr } = await json(repository, ["--rehearse"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      answer.rehearsal.checks.map(({ outcome }: { outcome: string }) => outcome),
      ["passed", "passed"],
    );
    const status = async () =>
      JSON.parse((await runCommandLine(repository.dir, ["status", "--json"])).stdout);
    assert.notEqual((await status()).drop.undo.rehearsedAt, null);
    assert.equal((await status()).drills.last, null);
    const drill = await json(repository, ["--drill"]);
    assert.deepEqual([drill.answer.rehearsal.targetMs, drill.answer.rehearsal.inTime], [7_200_000, true]);
    assert.equal((await status()).drills.recent.length, 1);
    assert.doesNotMatch(bare.git("for-each-ref"), /undo/);
    const { top: _, ...after } = personsState(repository);
    const { top: __, ...same } = before;
    assert.deepEqual(after, same);
    assert.equal(repository.git("worktree", "list").split("\n").length, 1);
  });

  it("answers no when a check of the rehearsal fails", async () => {
    const { repository } = place();
    release(repository, 'version: 1\nrollback: { checks: ["exit 3", "true"] }\n');
    const { code, answer } = await json(repository, ["--rehearse"]);
    assert.equal(code, 1);
    assert.equal(answer.rehearsal.reason, "exit 3: exit status 3");
    assert.deepEqual(
      answer.rehearsal.checks.map(({ outcome }: { outcome: string }) => outcome),
      ["failed", "not done"],
    );
  });

  it("says what the remote says against a push, and goes on once that is mended", async () => {
    const { repository, bare } = place();
    plantHook(
      bare,
      "update",
      'case "$1" in refs/heads/dropclock/*) echo "branches are protected here" >&2; exit 1;; esac',
    );
    const { code, answer } = await json(repository, ["--yes"]);
    assert.equal(code, 1);
    assert.match(
      answer.result.steps[0].words,
      /could not be pushed to origin: .*branches are protected here.*git push origin dropclock\/undo-drop-2/,
    );
    const commit = repository.git("rev-parse", "dropclock/undo-drop-2");
    plantHook(bare, "update", "exit 0");
    assert.equal((await json(repository, ["--yes"])).answer.result.commit, commit);
    assert.equal(bare.git("rev-parse", "dropclock/undo-drop-2"), commit);
  });

  it("is refused in the middle of somebody's rebase of its branch, with the way out", async () => {
    const { repository } = place();
    repository.git("branch", "dropclock/undo-drop-2");
    repository.git("switch", "-q", "dropclock/undo-drop-2");
    repository.commit({ "other.txt": "c\n" });
    repository.git("switch", "-q", "main");
    repository.commit({ "other.txt": "d\n" });
    repository.git("switch", "-q", "dropclock/undo-drop-2");
    repository.tryGit(["rebase", "main"]);
    const { code, stderr } = await json(repository, ["--yes"]);
    assert.equal(code, 1);
    assert.match(stderr, /A rebase of dropclock\/undo-drop-2 is going on in .*git rebase --abort/);
  });

  it("does not take another's branch of that name for its own", async () => {
    const { repository } = place();
    repository.git("branch", "dropclock/undo-drop-2");
    const { code, answer } = await json(repository, ["--yes"]);
    assert.equal(code, 1);
    assert.match(answer.result.steps[0].words, /what is on it is not this undo/);
  });

  it("names what cannot be asked for together, and a drop that is not there", async () => {
    const { repository } = place();
    assert.equal((await call(repository, ["--reapply", "--drill"])).code, 2);
    const { code, stderr } = await call(repository, ["drop-9"]);
    assert.equal(code, 2);
    assert.match(stderr, /There is no drop “drop-9”/);
    release(repository, POLICY("- revert: { push: false }"));
    const { answer } = await json(repository, ["--yes"]);
    assert.match(answer.result.steps[0].words, /git merge dropclock\/undo-drop-2/);
  });
});
