import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "../../../src/documents/shellWord.ts";
import { undoByHand } from "../../../src/documents/undoByHand.ts";
import { TemporaryRepository } from "../../support/temporaryRepository.ts";
import { aDrop } from "./sampleFacts.ts";

const run = (cwd: string, env: NodeJS.ProcessEnv, program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Two drops and a change on top; the second drop holds a merge, a renaming, a deletion and a document. */
function repositoryWithTwoDrops() {
  const repository = TemporaryRepository.make({ name: "work" });
  const pay = "pay\n".repeat(20);
  repository.commit({ "src/pay.ts": pay, "src/gone.ts": "gone\n", "docs/a.md": "before\n" });
  repository.tag("drop-1");
  repository.git("switch", "-q", "-c", "feature");
  repository.commit({ "src/new.ts": "new\n", "src/pay.ts": null, "src/payment.ts": pay });
  repository.git("switch", "-q", "main");
  repository.commit({ "src/gone.ts": null, "docs/a.md": "written with the drop\n" });
  repository.git("merge", "-q", "--no-ff", "--no-edit", "feature");
  repository.tag("release/drop-2");
  repository.commit({ "src/later.ts": "later\n" });
  return { repository, remote: repository.bareRemote() };
}

describe("the undo by hand", function () {
  this.timeout(60_000);

  it("is commands that take a whole drop back, keep what came later, and put it on again", function () {
    if (process.platform === "win32") this.skip();
    const { repository, remote } = repositoryWithTwoDrops();
    const commitOf = (ref: string) => repository.git("rev-parse", `${ref}^{commit}`);
    const drop = { ...aDrop("release/drop-2", "0"), commit: commitOf("release/drop-2") };
    const previous = { ...aDrop("drop-1", "0"), commit: commitOf("drop-1") };
    const undo = undoByHand(drop, previous, {
      branch: { name: "main", remote: "origin" },
      keep: ["docs/**"],
      checks: ["test -f src/pay.ts"],
    });
    const state = () => [repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain")];
    const before = state();
    const worktree = join(repository.dir, undo.folder);
    const shell = (where: string, commands: string[]) =>
      run(where, repository.environment, "sh", "-ec", commands.join("\n"));

    const prepared = shell(repository.dir, undo.prepare).split("\n");
    assert.deepEqual(prepared.slice(0, 3), ["false", "yes", "yes"]);
    for (const block of [undo.take, undo.keep, undo.look, undo.commit, undo.checks, undo.publish]) {
      shell(worktree, block);
    }
    assert.equal(readFileSync(join(worktree, "src/pay.ts"), "utf8"), "pay\n".repeat(20));
    assert.equal(readFileSync(join(worktree, "src/gone.ts"), "utf8"), "gone\n");
    assert.equal(readFileSync(join(worktree, "docs/a.md"), "utf8"), "written with the drop\n");
    assert.ok(existsSync(join(worktree, "src/later.ts")));
    assert.ok(!existsSync(join(worktree, "src/new.ts")) && !existsSync(join(worktree, "src/payment.ts")));
    const message = shell(worktree, ["git log -1 --format=%B"]).trim().split("\n");
    assert.equal(message[0], "Revert release/drop-2");
    assert.equal(message.filter((line) => /^This reverts commit [0-9a-f]{40}\.$/.test(line)).length, 3);
    assert.deepEqual(state(), before, "the person's own work tree and branch are as they were");

    remote.git("update-ref", "refs/heads/main", `refs/heads/${undo.branch}`);
    assert.match(shell(repository.dir, undo.verify), /docs\/a\.md.*\n.*src\/later\.ts/);
    shell(repository.dir, undo.reapply);
    const again = join(repository.dir, undo.folder.replace("undo", "reapply"));
    assert.equal(shell(again, ["git diff --name-only main HEAD"]), "");
    shell(repository.dir, undo.cleanUp);
    assert.ok(!existsSync(worktree) && !existsSync(again));
  });

  it("names its branch and its folder safely for any tag", () => {
    const previous = aDrop("drop-1", "1");
    const target = { branch: { name: "main", remote: null }, keep: [], checks: [] };
    for (const tag of ["drop-2", "release/2", "$(rm -rf ~)", "`x`;y", "'", "../../x", "крошка"]) {
      const undo = undoByHand(aDrop(tag, "2"), previous, target);
      assert.match(undo.branch, /^undo-[A-Za-z0-9-]+$/);
      assert.ok(undo.commit[0]!.includes(shellWord(`Revert ${tag}`)));
      for (const command of Object.values(undo).flat().map(String)) {
        const unquoted = command.replace(/'[^']*'(?:\\''[^']*')*/g, "");
        assert.doesNotMatch(unquoted, /rm -rf|`|\.\.\/\.\.|крошка|'/, command);
      }
    }
  });
});

describe("a word for a shell", () => {
  it("means nothing but itself", function () {
    if (process.platform === "win32") this.skip();
    const words = [
      "main",
      "a b",
      "$(x)",
      "`x`",
      "it's",
      '"',
      "\\",
      "a;b",
      "*",
      "~",
      "#x",
      "-n",
      "!x",
      "=x",
      "",
      "é",
      "<&|>",
    ];
    const said = run(".", process.env, "sh", "-c", `printf '%s\\n' ${words.map(shellWord).join(" ")}`);
    assert.deepEqual(said.split("\n").slice(0, -1), words);
  });
});
