import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { usefulLine } from "../../../src/git/gitFailure.ts";
import { TemporaryRepository, temporaryFolder } from "../../support/git/temporaryRepository.ts";

const failure = (message: RegExp) => ({ name: "HumanError", kind: "service", message });

describe("git", () => {
  let repository: TemporaryRepository;
  let git: Git;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    git = repository.product();
  });

  it("gives what git printed, and its status to those who ask for it", async () => {
    assert.equal(await git.run(["update-ref", "refs/heads/x", "HEAD"]), "");
    assert.match(await git.run(["worktree", "list", "--porcelain"]), /^worktree .*repository\nHEAD/);
    const refused = await git.attempt(["update-ref", "refs/heads/x", "nope"]);
    assert.deepEqual({ code: refused.code, stdout: refused.stdout }, { code: 128, stdout: "" });
    assert.match(refused.stderr, /nope: not a valid SHA1/);
    assert.equal(await git.read(["rev-parse", "HEAD"]), `${repository.git("rev-parse", "HEAD")}\n`);
    assert.equal(await git.read(["for-each-ref", "refs/none"]), "");
    const { code, stdout, stderr } = await git.ask(["rev-parse", "--is-bare-repository", "nope"]);
    assert.deepEqual({ code, stdout }, { code: 128, stdout: "false\nnope\n" });
    assert.match(stderr, /unknown revision/);
  });

  it("feeds bytes and gives bytes back", async () => {
    const input = Buffer.from([0, 255, 10, 13, 0]);
    const { stdout } = await git.feed(["hash-object", "-w", "--stdin"], { input });
    const blob = await git.feed(["cat-file", "blob", stdout.toString().trim()], {});
    assert.deepEqual(blob.stdout, input);
  });

  it("ends the process when whoever takes the output throws", async () => {
    const onData = () => {
      throw new RangeError("enough");
    };
    await assert.rejects(git.feed(["rev-parse", "HEAD"], { onData }), RangeError);
  });

  it("says in one sentence what went wrong, with git's own words", async () => {
    await assert.rejects(
      git.read(["rev-parse", "--verify", "nope"]),
      failure(/^git rev-parse failed in .*: Needed a single revision; .+\.$/),
    );
    await assert.rejects(
      git.run(["update-ref", "refs/heads/x", "nope"]),
      failure(/^git update-ref failed in .*: nope: not a valid SHA1; .+\.$/),
    );
    for (const call of [
      () => git.at("/nowhere/at/all").run(["worktree", "prune"]),
      () => git.at("/nowhere/at/all").ask(["version"]),
    ]) {
      await assert.rejects(call, failure(/\/nowhere\/at\/all is not there/));
    }
    const outside = git.at(temporaryFolder());
    for (const call of [() => outside.read(["log"]), () => outside.run(["worktree", "prune"])])
      await assert.rejects(call, failure(/is not a git repository; run: git init/));
  });

  it("says how to get git where there is none", async () => {
    const without = new Git(repository.dir, { environment: { PATH: "/nowhere" } });
    await assert.rejects(without.run(["worktree", "prune"]), failure(/git was not found; install it/));
    await assert.rejects(without.ask(["version"]), failure(/git was not found; install it/));
  });

  it("names the way out when another user owns the repository", async () => {
    const environment = { ...repository.environment, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    const other = new Git(repository.dir, { environment });
    for (const call of [() => other.read(["log"]), () => other.run(["worktree", "prune"])])
      await assert.rejects(call, failure(/git config --global --add safe\.directory '.*repository'/));
  });

  it("does not wait for ever", async () => {
    const hasty = new Git(repository.dir, { environment: repository.environment, timeoutMs: 200 });
    await assert.rejects(hasty.run(["update-ref", "--stdin"]), failure(/no answer for 0\.2 s/));
    const process = hasty.open(["cat-file", "--batch"], () => {});
    await assert.rejects(process.ended, failure(/git cat-file gave no answer for 0\.2 s/));
  });

  it("lets the environment neither lead it elsewhere nor stop it", async () => {
    const marker = join(temporaryFolder(), "marker");
    const touch = `touch ${marker};`;
    const environment = {
      ...repository.environment,
      ...{ GIT_DIR: "/nowhere", GIT_WORK_TREE: "/", GIT_INDEX_FILE: "/nowhere", GIT_NAMESPACE: "x" },
      ...{
        EDITOR: touch,
        VISUAL: touch,
        PAGER: touch,
        GIT_EDITOR: touch,
        GIT_PAGER: touch,
        GIT_EXTERNAL_DIFF: touch,
      },
      ...{
        GIT_TRACE: "1",
        LANGUAGE: "de",
        LC_ALL: "de_DE.UTF-8",
        PREFIX: "/x",
        SSH_ASKPASS: "x",
        GIT_SSH_COMMAND: "x",
      },
      ...{ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "alias.x", GIT_CONFIG_VALUE_0: "log" },
    };
    const odd = new Git(repository.dir, { environment });
    assert.match(await odd.read(["log", "-p", "--format=%s"]), /^a\n/);
    assert.match(await odd.read(["x", "--format=%s"]), /^a\n/, "the person's own settings count");
    assert.match(await odd.run(["worktree", "list", "--porcelain"]), /^worktree .*repository\n/);
    assert.equal((await odd.ask(["log", "--format=%s"])).stdout, "a\n");
    assert.equal(existsSync(marker), false);
  });

  it("runs nothing that the repository's configuration names", async () => {
    const { marker } = repository.plantTraps("reference-transaction", "post-index-change");
    await git.read(["status"]);
    await git.run(["update-ref", "refs/heads/x", "HEAD"]);
    await git.ask(["update-ref", "refs/heads/y", "HEAD"]);
    repository.git("config", "log.showSignature", "true");
    repository.git(
      "config",
      "gpg.program",
      `${repository.git("rev-parse", "--absolute-git-dir")}/hooks/reference-transaction`,
    );
    await git.read(["log"]);
    assert.equal(existsSync(marker), false);
    repository.git("status");
    assert.equal(existsSync(marker), true, "the traps do work");
    rmSync(marker);
  });

  it("finds the line that tells most", () => {
    assert.equal(usefulLine("warning: odd\nhint: try\nfatal: no such thing.\nmore\n"), "no such thing");
    assert.equal(usefulLine("something\n"), "something");
    assert.equal(usefulLine("warning: first\nwarning: last\n"), "last");
    assert.equal(usefulLine("fatal: \u001b[31mred"), "[31mred");
    assert.equal(usefulLine(""), "");
  });
});
