import assert from "node:assert/strict";
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRepository } from "../../../src/git/repository.ts";
import {
  isolatedEnvironment,
  TemporaryRepository,
  temporaryFolder,
} from "../../support/git/temporaryRepository.ts";

describe("repository", () => {
  it("is found from its root and from any folder below", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "a/b/c.txt": "c" });
    for (const dir of [repository.dir, join(repository.dir, "a/b"), `${repository.dir}/a/../a/`]) {
      const { root, gitDir, commonDir, shallow, objectFormat, git } = await repository.open(dir);
      const expected = { root: repository.dir, gitDir: join(repository.dir, ".git") };
      assert.deepEqual({ root, gitDir }, expected);
      assert.deepEqual(
        { commonDir, shallow, objectFormat },
        { commonDir: gitDir, shallow: false, objectFormat: "sha1" },
      );
      assert.equal(git.dir, root);
    }
  });

  it("is null where there is none, and where there is only the look of one", async () => {
    const folder = temporaryFolder();
    const options = { environment: isolatedEnvironment(folder) };
    assert.equal(await openRepository(folder, options), null);
    mkdirSync(join(folder, ".git"));
    assert.equal(await openRepository(folder, options), null);
  });

  it("says so when the folder is not there or is no folder", async () => {
    const folder = temporaryFolder();
    await assert.rejects(openRepository(join(folder, "nope")), {
      name: "HumanError",
      message: /nope is not there/,
    });
    writeFileSync(join(folder, "file"), "");
    await assert.rejects(openRepository(join(folder, "file")), { name: "HumanError" });
  });

  it("is found under any path", async () => {
    for (const name of [`sp ace "q" 'q' $(touch x)`, "日本 ø", "line\nbreak", "-C", "--help", "a;b|c&"]) {
      const repository = TemporaryRepository.make({ name });
      repository.commit({ "sub/a": "1" });
      const opened = await repository.open(join(repository.dir, "sub"));
      assert.equal(opened.root, repository.dir);
      assert.equal(opened.gitDir, join(repository.dir, ".git"));
      assert.equal(opened.commonDir, join(repository.dir, ".git"));
    }
  });

  it("keeps the spelling of a folder that was reached by a link", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "sub/a": "1" });
    const links = temporaryFolder();
    symlinkSync(repository.dir, join(links, "repo"));
    symlinkSync(join(repository.dir, "sub"), join(links, "inside"));
    assert.equal((await repository.open(join(links, "repo"))).root, join(links, "repo"));
    assert.equal((await repository.open(join(links, "repo/sub"))).root, join(links, "repo"));
    const inside = await repository.open(join(links, "inside"));
    assert.equal(inside.root, repository.dir);
    assert.equal(inside.commonDir, join(repository.dir, ".git"));
  });

  it("is never the repository that only holds a link of the same name", async () => {
    const [holder, meant] = [TemporaryRepository.make(), TemporaryRepository.make()];
    meant.commit({ "sub/inner/a": "1" });
    symlinkSync(join(meant.dir, "sub"), join(holder.dir, "sub"));
    const found = await holder.open(join(holder.dir, "sub/inner"));
    assert.deepEqual([found.root, found.gitDir], [meant.dir, join(meant.dir, ".git")]);
  });

  it("is its own in a linked work tree, with the common folder of all", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "sub/a": "1" });
    const linked = repository.worktree("linked one");
    const { root, gitDir, commonDir } = await repository.open(join(linked, "sub"));
    assert.deepEqual({ root, commonDir }, { root: linked, commonDir: join(repository.dir, ".git") });
    assert.equal(realpathSync(gitDir), join(commonDir, "worktrees", "linked-one"));
  });

  it("is the inner one in a submodule", async () => {
    const inner = TemporaryRepository.make();
    inner.commit({ a: "1" });
    const outer = TemporaryRepository.make();
    outer.git("submodule", "add", "-q", inner.dir, "lib/inner");
    const { root, commonDir } = await outer.open(join(outer.dir, "lib/inner"));
    assert.equal(root, join(outer.dir, "lib/inner"));
    assert.equal(commonDir, join(outer.dir, ".git/modules/lib/inner"));
  });

  it("has no root when it is bare, and inside a git directory", async () => {
    const bare = TemporaryRepository.make({ name: "bare.git", init: ["--bare"] });
    const opened = await bare.open();
    assert.deepEqual({ root: opened.root, gitDir: opened.gitDir }, { root: null, gitDir: bare.dir });
    assert.equal(opened.git.dir, bare.dir);
    const repository = TemporaryRepository.make();
    assert.equal((await repository.open(join(repository.dir, ".git"))).root, null);
  });

  it("tells of SHA-256 and of a history that is cut", async () => {
    const repository = TemporaryRepository.make({ init: ["--object-format=sha256"] });
    const [, second] = [repository.commit({ a: "1" }), repository.commit({ a: "2" })];
    assert.equal((await repository.open()).objectFormat, "sha256");
    const shallow = await repository.clone("shallow", "--depth=1").open();
    assert.equal(shallow.shallow, true);
    assert.deepEqual(await shallow.shallowBoundary(), new Set([second]));
    assert.deepEqual(await (await repository.open()).shallowBoundary(), new Set());
  });

  it("says so when git passes over a damaged one, which would make everything look empty", async () => {
    for (const damage of [
      (git: string) => writeFileSync(join(git, "HEAD"), ""),
      (git: string) => rmSync(join(git, "HEAD")),
      (git: string) => rmSync(join(git, "refs"), { recursive: true }),
      (git: string) => rmSync(join(git, "objects"), { recursive: true }),
    ]) {
      const repository = TemporaryRepository.make();
      repository.commit({ "sub/a": "1" });
      damage(join(repository.dir, ".git"));
      for (const dir of [repository.dir, join(repository.dir, "sub")])
        await assert.rejects(repository.open(dir), {
          name: "HumanError",
          message: /cannot read .*\.git \(HEAD/,
        });
    }
  });

  it("says so when the .git file is broken", async () => {
    const repository = TemporaryRepository.make();
    for (const text of ["garbage", "gitdir: /nowhere/at/all", ""]) {
      rmSync(join(repository.dir, ".git"), { recursive: true });
      writeFileSync(join(repository.dir, ".git"), text);
      const expected = {
        name: "HumanError",
        kind: "service",
        message: /\.git of .*repository is broken \(.+\)/,
      };
      await assert.rejects(repository.open(), expected);
    }
  });

  it("knows who works here by git's own rules", async () => {
    const repository = TemporaryRepository.make();
    assert.equal(await (await repository.open()).identity(), "Ana <ana@example.com>");
    const { GIT_AUTHOR_NAME: _, GIT_AUTHOR_EMAIL: __, ...environment } = repository.environment;
    repository.git("config", "user.name", "Bø Ås");
    repository.git("config", "user.email", "bo@example.com");
    const configured = await openRepository(repository.dir, { environment });
    assert.equal(await configured!.identity(), "Bø Ås <bo@example.com>");
    repository.git("config", "user.name", "B\tÅs");
    assert.equal(await configured!.identity(), "B Ås <bo@example.com>");
    repository.git("config", "--unset", "user.email");
    repository.git("config", "user.useConfigOnly", "true");
    await assert.rejects(configured!.identity(), {
      name: "HumanError",
      kind: "service",
      message: /git config --global user\.name .* git config --global user\.email/,
    });
  });
});
