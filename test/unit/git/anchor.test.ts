import assert from "node:assert/strict";
import { existsSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { READ_REFS } from "../../../src/app/project/earlyAnswers.ts";
import { Project } from "../../../src/app/project/project.ts";
import { type Anchor, anchorAmong, type NoAnchor, noBranchAt } from "../../../src/git/anchor.ts";
import { CloneSettingsReader, readCloneSettings } from "../../../src/git/cloneSettings.ts";
import { askRemote } from "../../../src/git/push.ts";
import { BRANCHES, listRefs } from "../../../src/git/refs.ts";
import { releaseBranchesOf } from "../../../src/git/releaseHistory.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { countingGit } from "../../support/git/gitCalls.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

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

  it("says how to name a branch that the configuration names and the remote does not have", async () => {
    const { clone } = cloneOnBranch();
    for (const name of ["nosuch", "refs/heads/main", "-x", "main..x", "*"]) {
      const asked = await askRemote(clone.product(), "origin", name);
      const { missing } = asked as { missing: string };
      assert.ok(missing.includes(`The branch “${name}” cannot be fetched from origin (`), missing);
      assert.match(missing, /; where .* name it: git config dropclock\.branch NAME\.$/);
    }
    clone.git("config", "dropclock.branch", "HEAD");
    assert.deepEqual((await missing(clone))[0], "branch");
  });

  it("is nothing yet in a clone of an empty remote, and says what to push to one", async () => {
    const empty = TemporaryRepository.make({ name: "empty" });
    const clone = empty.clone("first");
    const refs = () => listRefs(clone.product(), READ_REFS);
    assert.equal(noBranchAt("origin", await refs()).code, "no-commits");
    clone.commit({ a: "1" });
    clone.tag("drop-1");
    assert.match(
      noBranchAt("origin", await refs()).missing,
      /^origin has no branch yet; push the first one: git push/,
    );
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

describe("what was found of a clone", () => {
  const LONG_AGO = new Date("2026-01-01T00:00:00Z");
  /** As if nothing had been written of late: what changed just now is read again, for it may be changing still. */
  const age = (...files: string[]) => {
    for (const file of files) utimesSync(file, LONG_AGO, LONG_AGO);
  };

  const isNew = (file: string) => existsSync(file) && statSync(file).mtimeMs > LONG_AGO.getTime();

  function counted() {
    const { clone } = cloneOnBranch();
    const { binary, calls } = countingGit(clone);
    const repository = openRepository(clone.dir, { binary, environment: clone.environment }).then(
      (opened) => opened!,
    );
    const within = (path: string) => join(clone.dir, ".git", path);
    const settle = () => {
      const refs = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "packed-refs"];
      const files = ["config", "HEAD", "included", ...refs].map(within);
      age(...[clone.environment.GIT_CONFIG_GLOBAL!, ...files].filter(isNew));
    };
    return { clone, calls, repository, within, settle };
  }

  it("is read again when git's configuration has changed, and else without a process", async () => {
    const { clone, calls, repository, within, settle } = counted();
    const reader = new CloneSettingsReader(await repository);
    const read = async () => {
      settle();
      calls();
      const { settings } = await reader.read();
      return [settings.branch, calls().includes("config")];
    };
    assert.deepEqual(await read(), [null, true]);
    assert.deepEqual(await read(), [null, false]);
    clone.git("config", "dropclock.branch", "one");
    assert.deepEqual(await read(), ["one", true]);
    assert.deepEqual(await read(), ["one", false]);
    clone.git("config", "include.path", "included");
    assert.deepEqual(await read(), ["one", true]);
    assert.deepEqual(await read(), ["one", false]);
    writeFileSync(within("included"), "[dropclock]\n\tbranch = two\n");
    assert.deepEqual(await read(), ["two", true], "a file that was not there yet");
    writeFileSync(within("included"), "[dropclock]\n\tbranch = six\n");
    assert.deepEqual(await read(), ["six", true], "as long, and as old");
    assert.deepEqual(await read(), ["six", false]);
    clone.git("config", "includeIf.onbranch:other.path", "included");
    assert.deepEqual(await read(), ["six", true]);
    clone.git("checkout", "-q", "-b", "other");
    assert.deepEqual(await read(), ["six", true], "another branch may mean another file");
  });

  it("is not remembered where a file has only just changed", async () => {
    const { repository } = counted();
    const reader = new CloneSettingsReader(await repository);
    const first = await reader.read();
    assert.notEqual((await reader.read()).settings, first.settings);
  });

  it("gives the policy without a process until the branch moves", async () => {
    const { clone, calls, repository, settle } = counted();
    const opened = await repository;
    const early = {
      repository: Promise.resolve(opened),
      refs: listRefs(opened.git, READ_REFS),
      settings: readCloneSettings(opened.git),
    };
    const project = await Project.open(clone.dir, { now: Date.now, early });
    const read = async () => {
      settle();
      calls();
      const { source, policy } = await project.policy();
      return [source, policy.service, calls().filter((call) => call !== "").length];
    };
    await read();
    const [source, , processes] = await read();
    assert.deepEqual([source, processes], ["defaults", 2], "what git was asked early is not gone by again");
    assert.deepEqual((await read())[2], 0);
    const upstream = clone.git("rev-parse", "origin/main");
    clone.git("checkout", "-q", "--detach", upstream);
    const next = clone.commit({ ".dropclock/policy.yaml": "version: 1\nservice: Cart\n" });
    clone.git("update-ref", "refs/remotes/origin/main", next);
    assert.deepEqual((await read()).slice(0, 2), ["branch", "Cart"]);
    assert.deepEqual(await read(), ["branch", "Cart", 0]);
    clone.git("pack-refs", "--all");
    clone.git("update-ref", "refs/remotes/origin/main", upstream);
    clone.git("checkout", "-q", "feature");
    assert.equal((await read())[0], "defaults");
    clone.git("config", "dropclock.branch", "elsewhere");
    assert.match((await project.policy()).doubt ?? "", /elsewhere/);
  });
});
