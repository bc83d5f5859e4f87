import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { buildCommandLine, runCommandLine } from "../support/processes/commandLine.ts";

const steps = (...lines: string[]) =>
  `version: 1\nrollback:\n  steps:\n${lines.map((line) => `    - ${line}\n`).join("")}`;

function twoDrops(policy: string, { tags = ["drop-1", "drop-2"], author = "Ana <ana@example.com>" } = {}) {
  const repository = TemporaryRepository.make();
  repository.commit({ "app.txt": "a\n", ".dropclock/policy.yaml": policy });
  repository.ref(`refs/tags/${tags[0]}`);
  repository.commit(
    { "app.txt": "b\n", "--output=x": "1\n", "$(touch pwned)": "2\n" },
    { author, message: "`touch pwned`" },
  );
  repository.ref(`refs/tags/${tags[1]}`);
  return repository;
}

async function undo(repository: TemporaryRepository, ...args: string[]) {
  const { code, stdout, stderr } = await runCommandLine(repository.dir, ["undo", "--json", "--yes", ...args]);
  return { code, stderr, answer: stdout === "" ? null : JSON.parse(stdout) };
}

async function eventsOf(
  repository: TemporaryRepository,
): Promise<{ type: string; data: Record<string, string> }[]> {
  return JSON.parse((await runCommandLine(repository.dir, ["log", "--json"])).stdout).events;
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !what(); i++) await delay(50);
  assert.ok(what(), "it did not come to that");
}

describe("dropclock undo, in trouble", function () {
  this.timeout(300_000);

  it("names the later drop as a way out of a collision only where there is one", async () => {
    const repository = twoDrops(steps("revert: { push: false, pullRequest: false }"));
    repository.commit({ "app.txt": "c\n" });
    const refused = async () => (await undo(repository)).stderr;
    assert.match(await refused(), /drop-2 has conflicts in app\.txt: .* \(dropclock runbook drop-2\)\.$/m);
    repository.tag("drop-3");
    const { stderr } = await undo(repository, "drop-2");
    assert.match(stderr, /\(dropclock runbook drop-2\), or undo the later drop first\.$/m);
  });

  it("names the branch that git cannot have beside its own, and goes on once that has another name", async () => {
    for (const [other, step] of [
      ["dropclock", "revert: { push: false }"],
      ["dropclock/undo-drop-2/mine", "flags: [checkout]"],
    ] as const) {
      const flags = '{ "flags": { "checkout": { "state": "ENABLED", "variants": { "on": true } } } }';
      const repository = twoDrops(`${steps(step)}flags: { file: flags.json }\n`);
      repository.commit({ "flags.json": flags });
      repository.git("branch", other);
      const { code, answer } = await undo(repository, "drop-2");
      assert.equal(code, 1);
      assert.equal(
        answer.result.steps[0].words,
        `git cannot have the branch dropclock/undo-drop-2 beside ${other}; give that one another name: git branch -m ${other} NAME`,
      );
      repository.git("branch", "-m", other, "other");
      assert.equal((await undo(repository, "drop-2")).code, 0);
    }
  });

  it("goes on where a crash stopped it, and says what nobody knows the end of", async function () {
    if (process.platform === "win32") this.skip();
    const wait = "touch begun; while ! test -f go; do sleep 0.1; done; echo ran >> ran.log";
    const repository = twoDrops(steps("revert: { push: true, pullRequest: false }", `run: "${wait}"`));
    const bare = repository.bareRemote();
    const cli = await buildCommandLine();
    const env = { ...repository.environment, TZ: "UTC" };
    const child = spawn(process.execPath, [cli, "undo", "--yes"], {
      cwd: repository.dir,
      env,
      stdio: "ignore",
    });
    await until(() => existsSync(join(repository.dir, "begun")));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    writeFileSync(join(repository.dir, "go"), "");
    const commit = bare.git("rev-parse", "dropclock/undo-drop-2");
    await until(() => existsSync(join(repository.dir, "ran.log")));
    const plan = await runCommandLine(repository.dir, ["undo"]);
    assert.match(
      plan.stdout,
      /was begun by Ana <ana@example\.com>,\s+and\s+what\s+came\s+of\s+it\s+is\s+not\s+known/,
    );
    const { code, answer } = await undo(repository);
    assert.equal(code, 0);
    assert.deepEqual([answer.result.state, answer.result.commit], ["done", commit]);
    assert.equal(readFileSync(join(repository.dir, "ran.log"), "utf8"), "ran\nran\n");
    const events = await eventsOf(repository);
    const reverted = events.filter(({ type, data }) => type === "rollback-step" && data.step === "revert");
    assert.equal(reverted.length, 1, "the revert is not done again");
    assert.equal(events.filter(({ type }) => type === "rolled-back").length, 1);
    assert.ok(!existsSync(join(repository.dir, ".git/dropclock-undo.lock")));
  });

  it("is one undo on two machines, also when the second knows nothing of the first", async () => {
    const first = twoDrops(steps("revert: { push: true, pullRequest: false }"));
    const bare = first.bareRemote();
    const [second, third] = [bare.clone("second"), bare.clone("third")];
    const made = await undo(first);
    assert.equal(made.code, 0, made.stderr);
    const later = await undo(second);
    assert.equal(later.code, 0);
    assert.match(later.stderr, /drop-2 is undone already/);
    // The record did not get through, and the branch did.
    bare.git("update-ref", "-d", "refs/dropclock/ledger");
    const apart = await undo(third);
    assert.deepEqual([apart.code, apart.answer.result.commit], [0, made.answer.result.commit]);
    assert.equal(third.git("rev-parse", "dropclock/undo-drop-2"), made.answer.result.commit);
  });

  it("is done once when pressed twice at the same time", async () => {
    const repository = twoDrops(steps("revert: { push: false }", 'run: "sleep 1; echo ran >> ran.log"'));
    const both = await Promise.all([undo(repository), undo(repository)]);
    assert.equal(both.filter(({ code }) => code === 0).length, 1, both.map(({ stderr }) => stderr).join());
    assert.match(
      both.map(({ stderr }) => stderr).join(),
      /Another undo is being carried out in this repository/,
    );
    assert.equal(readFileSync(join(repository.dir, "ran.log"), "utf8"), "ran\n");
  });

  it("takes no name for a command or an option, whatever tags, branches, files, authors and signals are called", async function () {
    if (process.platform === "win32") this.skip();
    const hostile = "drop-$(touch>pwned)`touch>pwned`;touch>pwned;'\"&|";
    const policy = `${steps("revert: { push: true }", "run: \"printf '<%s>' {{ drop.tag }} {{ branch }} {{ previous.tag }} > out\"", 'verify: ["$(touch pwned)"]')}signals: [{ name: "$(touch pwned)", alertmanager: { url: "http://localhost:1", matchers: ["a=\\"b\\""] } }]\n`;
    const author = "$(touch pwned) `id` <--force@example.com>";
    const repository = twoDrops(policy, { tags: ["drop-0;touch>pwned", hostile], author });
    repository.git("branch", "-m", "main", "ma$(touch>pwned)in");
    const bare = repository.bareRemote();
    await runCommandLine(repository.dir, ["incident", "open", "--title", "$(touch pwned) --force"]);
    const { code, answer, stderr } = await undo(repository, "--verified");
    assert.equal(code, 0, stderr);
    assert.equal(
      readFileSync(join(repository.dir, "out"), "utf8"),
      `<${hostile}><ma$(touch>pwned)in><drop-0;touch>pwned>`,
    );
    assert.match(answer.undoBranch, /^dropclock\/undo-drop-[\w.-]+$/);
    assert.equal(bare.git("rev-parse", answer.undoBranch), answer.result.commit);
    const { code: drilled } = await undo(repository, "--rehearse");
    assert.equal(drilled, 0);
    rmSync(join(repository.dir, "out"));
    for (const dir of [repository.dir, bare.dir]) assert.ok(!existsSync(join(dir, "pwned")), dir);
    assert.equal(repository.git("status", "--porcelain"), "");
  });

  it("refuses to hand a tag that looks like an option to a command, and does nothing", async () => {
    const repository = twoDrops(`${steps("run: ./deploy.sh {{ drop.tag }}")}drops: { tags: "*" }\n`, {
      tags: ["one", "--force"],
    });
    const { code, stderr } = await undo(repository);
    assert.equal(code, 1);
    assert.match(stderr, /\(“--force”\) would be read as an option/);
    assert.deepEqual(await eventsOf(repository), []);
  });

  it("works offline, and shares what it did later", async () => {
    const repository = twoDrops(steps("revert: { push: true }"));
    const bare = repository.bareRemote();
    const away = `${bare.dir}.away`;
    repository.git("remote", "set-url", "origin", away);
    const { code, answer } = await undo(repository);
    assert.equal(code, 1);
    assert.match(
      answer.result.steps[0].words,
      /is made here, and could not be pushed to origin: .*git push origin dropclock\/undo-drop-2/,
    );
    repository.git("remote", "set-url", "origin", bare.dir);
    assert.equal((await undo(repository)).code, 0);
    assert.match(
      bare.git("for-each-ref", "--format=%(refname)"),
      /refs\/dropclock\/ledger\nrefs\/heads\/dropclock\/undo-drop-2/,
    );
  });

  it("clears away the worktree of a rehearsal that was killed", async function () {
    if (process.platform === "win32") this.skip();
    const repository = twoDrops(
      `version: 1\nrollback: { checks: ["echo $PWD > \\"$OLDHOME/where\\"; while ! test -f \\"$OLDHOME/go\\"; do sleep 0.1; done"] }\n`,
    );
    const cli = await buildCommandLine();
    const env = { ...repository.environment, OLDHOME: repository.environment.HOME };
    const child = spawn(process.execPath, [cli, "undo", "--rehearse"], {
      cwd: repository.dir,
      env,
      stdio: "ignore",
    });
    const home = repository.environment.HOME!;
    await until(() => existsSync(join(home, "where")));
    const left = readFileSync(join(home, "where"), "utf8").trim();
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    writeFileSync(join(home, "go"), "");
    assert.ok(existsSync(left) && repository.git("worktree", "list").includes("dropclock-rehearsal"));
    repository.commit({ ".dropclock/policy.yaml": "version: 1\n" });
    assert.equal((await undo(repository, "--rehearse")).code, 0);
    assert.ok(!existsSync(left));
    assert.equal(repository.git("worktree", "list").split("\n").length, 1);
  });

  it("says so where there is no temporary folder to rehearse in", async function () {
    if (process.platform === "win32") this.skip();
    const repository = twoDrops("version: 1\n");
    const { code, stdout } = await runCommandLine(repository.dir, ["undo", "--rehearse"], {
      TMPDIR: "/nowhere",
    });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /The temporary folder \/nowhere cannot be used \(ENOENT\); set TMPDIR\s+to one\s+that can/,
    );
  });
});
