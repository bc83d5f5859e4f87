import assert from "node:assert/strict";
import { resolveReleaseBranch } from "../../../src/git/releaseBranch.ts";
import { TemporaryRepository } from "../../support/temporaryRepository.ts";

async function resolve(
  repository: TemporaryRepository,
  wish: { branch?: string | null; remote?: string | null } = {},
  dir = repository.dir,
) {
  return resolveReleaseBranch(await repository.open(dir), { branch: null, remote: "origin", ...wish });
}

describe("release branch", () => {
  it("is the current branch where there is no remote", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    repository.git("branch", "other");
    assert.deepEqual(await resolve(repository), { name: "main", ref: "refs/heads/main", commit });
    repository.git("checkout", "-q", "other");
    assert.deepEqual(await resolve(repository), { name: "other", ref: "refs/heads/other", commit });
    const linked = repository.worktree("linked", "main");
    assert.deepEqual(await resolve(repository, {}, linked), { name: "main", ref: "refs/heads/main", commit });
  });

  it("is the remote's branch where there is one, for that is what was released", async () => {
    const origin = TemporaryRepository.make();
    const released = origin.commit({ a: "1" });
    const clone = origin.clone("clone");
    const local = clone.commit({ a: "2" });
    assert.deepEqual(await resolve(clone), {
      name: "main",
      ref: "refs/remotes/origin/main",
      commit: released,
    });
    assert.deepEqual(await resolve(clone, { branch: "main" }), {
      name: "main",
      ref: "refs/remotes/origin/main",
      commit: released,
    });
    const alone = { name: "main", ref: "refs/heads/main", commit: local };
    assert.deepEqual(await resolve(clone, { remote: null }), alone);
    assert.deepEqual(await resolve(clone, { remote: "elsewhere" }), alone);
  });

  it("is the remote's default branch, not the one that somebody works on", async () => {
    const origin = TemporaryRepository.make();
    const commit = origin.commit({ a: "1" });
    const clone = origin.clone("clone");
    clone.git("checkout", "-q", "-b", "feature");
    clone.commit({ a: "2" });
    assert.deepEqual(await resolve(clone), { name: "main", ref: "refs/remotes/origin/main", commit });
    clone.git("remote", "set-head", "origin", "--delete");
    assert.equal(((await resolve(clone)) as { name: string }).name, "feature");
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone");
    assert.equal(((await resolve(clone)) as { name: string }).name, "feature");
  });

  it("is the branch of the policy, local or the remote's", async () => {
    const origin = TemporaryRepository.make();
    origin.commit({ a: "1" });
    origin.git("branch", "release/1.x");
    const clone = origin.clone("clone");
    clone.git("branch", "only-here");
    assert.equal(
      ((await resolve(clone, { branch: "release/1.x" })) as { ref: string }).ref,
      "refs/remotes/origin/release/1.x",
    );
    assert.equal(
      ((await resolve(clone, { branch: "only-here" })) as { ref: string }).ref,
      "refs/heads/only-here",
    );
  });

  it("is HEAD itself where no branch is checked out", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    repository.commit({ a: "2" });
    repository.git("checkout", "-q", commit);
    assert.deepEqual(await resolve(repository), { name: "HEAD", ref: "HEAD", commit });
  });

  it("says why there is none", async () => {
    const repository = TemporaryRepository.make();
    assert.deepEqual(await resolve(repository), { missing: "There are no commits yet; make the first one." });
    assert.deepEqual(await resolve(repository, { branch: "main" }), await resolve(repository));
    repository.commit({ a: "1" });
    assert.deepEqual(await resolve(repository, { branch: "mian" }), {
      missing: "The policy's branch “mian” is not here or on origin; there are: main.",
    });
    repository.git("checkout", "-q", "--orphan", "fresh");
    assert.match(
      ((await resolve(repository)) as { missing: string }).missing,
      /no commits yet; .* main .*drops\.branch/,
    );
  });

  it("takes hostile names for names", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    const hostile = ["--output=x", "$(touch x)", "q\"u'o", "`x`", "a;b", "-d"].map((name) =>
      name.replace(" ", "_"),
    );
    for (const name of hostile) repository.ref(`refs/heads/${name}`);
    for (const name of hostile) {
      assert.deepEqual(await resolve(repository, { branch: name }), {
        name,
        ref: `refs/heads/${name}`,
        commit,
      });
    }
    for (const branch of ["*", "ma*", "main~0", "refs/heads/main", "", "..", "\n", "\u001b[31m"]) {
      assert.ok("missing" in (await resolve(repository, { branch })), branch);
      assert.ok("ref" in (await resolve(repository, { remote: branch })), branch);
    }
    assert.equal(repository.git("status", "--porcelain"), "");
  });
});
