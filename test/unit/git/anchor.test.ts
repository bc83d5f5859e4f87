import assert from "node:assert/strict";
import { type Anchor, anchorAmong, type NoAnchor, readCloneSettings } from "../../../src/git/anchor.ts";
import { askRemote } from "../../../src/git/askRemote.ts";
import { BRANCHES, listRefs } from "../../../src/git/refs.ts";
import { releaseBranchesOf } from "../../../src/git/releaseBranch.ts";
import { TemporaryRepository } from "../../support/temporaryRepository.ts";

async function anchorOf(repository: TemporaryRepository, dir = repository.dir): Promise<Anchor | NoAnchor> {
  const git = repository.product(dir);
  return anchorAmong(await readCloneSettings(git), await listRefs(git, BRANCHES));
}

async function releasedFrom(repository: TemporaryRepository, wanted: string | null) {
  const anchor = await anchorOf(repository);
  assert.ok("commit" in anchor);
  const found = releaseBranchesOf(anchor, wanted, await listRefs(repository.product(), BRANCHES));
  return "missing" in found ? found : found[0]!;
}

/** Why there is none. */
async function missing(repository: TemporaryRepository): Promise<[string, string]> {
  const anchor = await anchorOf(repository);
  assert.ok("missing" in anchor, JSON.stringify(anchor));
  return [anchor.code, anchor.missing];
}

/** A clone whose work tree is on a branch of somebody's own. */
function cloneOnBranch() {
  const origin = TemporaryRepository.make();
  const commit = origin.commit({ a: "1" });
  const clone = origin.clone("clone");
  clone.git("checkout", "-q", "-b", "feature");
  clone.commit({ a: "2" });
  return { origin, clone, commit };
}

describe("anchor", () => {
  it("is main, master or the current branch where there is no remote", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    const main = { remote: null, branch: "main", ref: "refs/heads/main", commit, published: true };
    assert.deepEqual(await anchorOf(repository), main);
    repository.git("checkout", "-q", "-b", "other");
    assert.deepEqual(await anchorOf(repository), main);
    repository.git("checkout", "-q", "--detach");
    assert.deepEqual(await anchorOf(repository), main);
    repository.git("branch", "third");
    assert.deepEqual(await anchorOf(repository, repository.worktree("linked", "third")), main);
    repository.git("branch", "-q", "-m", "main", "master");
    assert.equal(((await anchorOf(repository)) as Anchor).branch, "master");
    repository.git("branch", "-q", "-D", "master");
    repository.git("checkout", "-q", "other");
    assert.equal(((await anchorOf(repository)) as Anchor).branch, "other");
    repository.git("checkout", "-q", "--detach");
    assert.match((await missing(repository))[1], /there are: other, third/);
  });

  it("is the remote's default branch, whatever is checked out", async () => {
    const { clone, commit } = cloneOnBranch();
    const expected = {
      remote: "origin",
      branch: "main",
      ref: "refs/remotes/origin/main",
      commit,
      published: true,
    };
    assert.deepEqual(await anchorOf(clone), expected);
    clone.git("checkout", "-q", "--detach");
    clone.git("branch", "-q", "-D", "main");
    assert.deepEqual(await anchorOf(clone), expected);
  });

  it("is never something nearer where the default branch is not known", async () => {
    const { clone } = cloneOnBranch();
    clone.git("remote", "set-head", "origin", "--delete");
    assert.equal((await missing(clone))[0], "default-branch");
    assert.match((await missing(clone))[1], /git remote set-head origin --auto/);
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone");
    assert.equal((await missing(clone))[0], "default-branch");
    // A checkout of a tag, as pipelines make it.
    const { origin } = cloneOnBranch();
    const bare = TemporaryRepository.make();
    bare.git("remote", "add", "origin", origin.dir);
    bare.git("fetch", "-q", "origin", "main:refs/tags/drop-1");
    bare.git("checkout", "-q", "refs/tags/drop-1");
    assert.equal((await missing(bare))[0], "default-branch");
  });

  it("is the branch and the remote of git's own configuration", async () => {
    const { origin, clone, commit } = cloneOnBranch();
    origin.git("branch", "release");
    clone.git("fetch", "-q");
    clone.git("config", "dropclock.branch", "release");
    assert.equal(((await anchorOf(clone)) as Anchor).ref, "refs/remotes/origin/release");
    clone.git("config", "dropclock.branch", "relaese");
    assert.deepEqual((await missing(clone))[0], "branch");
    assert.match((await missing(clone))[1], /“relaese” of origin is not here; fetch it/);
    clone.git("config", "--unset", "dropclock.branch");
    clone.git("remote", "add", "fork", origin.dir);
    assert.equal(((await anchorOf(clone)) as Anchor).commit, commit);
    clone.git("config", "dropclock.remote", "fork");
    // Nothing was fetched from there, and a branch of the clone's own stands in.
    assert.deepEqual(await anchorOf(clone), {
      ...{ remote: "fork", branch: "main", ref: "refs/heads/main" },
      ...{ commit, published: false },
    });
    clone.git("fetch", "-q", "fork");
    assert.equal((await missing(clone))[0], "default-branch");
    clone.git("remote", "set-head", "fork", "main");
    assert.equal(((await anchorOf(clone)) as Anchor).ref, "refs/remotes/fork/main");
    clone.git("config", "dropclock.remote", "frok");
    assert.match(
      (await missing(clone))[1],
      /“frok”, and there is no such remote \(there are: origin, fork\)/,
    );
  });

  it("is not guessed among several remotes", async () => {
    const { origin, clone } = cloneOnBranch();
    clone.git("remote", "rename", "origin", "upstream");
    assert.equal(((await anchorOf(clone)) as Anchor).remote, "upstream");
    clone.git("remote", "add", "fork", origin.dir);
    assert.deepEqual((await missing(clone))[0], "remote");
    assert.match(
      (await missing(clone))[1],
      /several remotes \(.*\) and none is called origin.*dropclock\.remote/,
    );
  });

  it("is asked for at the remote, and remembered as git itself does", async () => {
    const { origin, clone, commit } = cloneOnBranch();
    clone.git("remote", "set-head", "origin", "--delete");
    assert.equal(await askRemote(clone.product(), "origin", null), "found");
    assert.equal(((await anchorOf(clone)) as Anchor).commit, commit);
    const checkout = TemporaryRepository.make();
    checkout.git("remote", "add", "origin", origin.dir);
    assert.equal(await askRemote(checkout.product(), "origin", null), "found");
    assert.equal(((await anchorOf(checkout)) as Anchor).commit, commit);
    const empty = TemporaryRepository.make({ name: "empty" });
    checkout.git("remote", "set-url", "origin", empty.dir);
    assert.equal(await askRemote(checkout.product(), "origin", null), "empty");
    checkout.git("remote", "set-url", "origin", `${empty.dir}/nowhere`);
    const asked = await askRemote(checkout.product(), "origin", null);
    assert.match((asked as { missing: string }).missing, /cannot be reached/);
  });

  it("gives the policy's branch at the same remote, and no other", async () => {
    const { origin, clone, commit } = cloneOnBranch();
    origin.git("branch", "release/1.x");
    clone.git("fetch", "-q");
    assert.deepEqual(await releasedFrom(clone, null), {
      name: "main",
      ref: "refs/remotes/origin/main",
      commit,
    });
    assert.deepEqual(await releasedFrom(clone, "release/1.x"), {
      ...{ name: "release/1.x", ref: "refs/remotes/origin/release/1.x", commit },
    });
    assert.deepEqual(await releasedFrom(clone, "feature"), {
      missing: "The policy's branch “feature” is not on origin; there are: main, release/1.x.",
    });
  });

  it("takes hostile names for names", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    const names = ["--output=x", "$(touch_x)", "q\"u'o", "`x`", "a;b", "-d"];
    for (const name of names) {
      repository.ref(`refs/heads/${name}`);
      assert.deepEqual(await releasedFrom(repository, name), { name, ref: `refs/heads/${name}`, commit });
      repository.git("config", "dropclock.branch", name);
      assert.equal(((await anchorOf(repository)) as Anchor).commit, commit);
    }
    repository.git("config", "--unset", "dropclock.branch");
    for (const branch of ["*", "ma*", "main~0", "refs/heads/main", "", "..", "\n", "\u001b[31m"])
      assert.ok("missing" in (await releasedFrom(repository, branch)), branch);
    for (const remote of ["--upload-pack=touch x", "a b", "..", "origin"]) {
      repository.git("config", "dropclock.remote", remote);
      assert.equal((await missing(repository))[0], "remote");
    }
    assert.equal(repository.git("status", "--porcelain"), "");
  });

  it("says why there is none", async () => {
    const repository = TemporaryRepository.make();
    const nothing = ["no-commits", "There are no commits yet; make the first one."];
    assert.deepEqual(await missing(repository), nothing);
    repository.git("config", "dropclock.branch", "main");
    assert.deepEqual(await missing(repository), nothing);
  });
});
