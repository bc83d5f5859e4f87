import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Drop, findDrops, type Tag } from "../../../src/domain/drop/drop.ts";
import { countReached, dropHistory, oldestFirst } from "../../../src/domain/drop/dropHistory.ts";
import { nameMatcher } from "../../../src/domain/text/tagNames.ts";
import type { Anchor } from "../../../src/git/anchor.ts";
import { GitFailure } from "../../../src/git/gitFailure.ts";
import { readAncestryGraph, releaseBranchesOf } from "../../../src/git/releaseHistory.ts";
import { releaseTags } from "../../../src/git/tags.ts";
import { BranchingHistory } from "../../support/git/branchingHistory.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";

const WEEK = 7 * 86_400_000;

async function tagsOf(repository: TemporaryRepository): Promise<Tag[]> {
  return releaseTags(await repository.open());
}
/** The drops that a branch holds, with the one before each. */
async function dropsOn(repository: TemporaryRepository, branch: string): Promise<Drop[]> {
  const opened = await repository.open();
  const commit = repository.git("rev-parse", branch);
  const graph = await readAncestryGraph(opened, [commit]);
  const found = findDrops(await releaseTags(opened), nameMatcher(["*"]), new Map());
  return dropHistory(graph, [{ name: branch, ref: branch, commit }], found).drops;
}

describe("release tags", () => {
  const names = (tags: readonly Tag[]) => tags.map(({ name }) => name).sort();

  it("have the tagger's date, or the commit's for a lightweight one", async () => {
    const repository = TemporaryRepository.make();
    const first = repository.commit({ a: "1" }, { at: MONDAY });
    repository.tag("light", { at: MONDAY + WEEK });
    repository.tag("annotated", { annotated: true, at: MONDAY + WEEK });
    const second = repository.commit({ a: "2" }, { at: MONDAY + 2 * WEEK });
    repository.tag("drop-2");
    assert.deepEqual(await tagsOf(repository), [
      { name: "annotated", commit: first, date: MONDAY + WEEK, assumed: false },
      { name: "drop-2", commit: second, date: MONDAY + 2 * WEEK, assumed: true },
      { name: "light", commit: first, date: MONDAY, assumed: true },
    ]);
  });

  it("make drops where a branch reaches them", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    repository.tag("on");
    repository.git("checkout", "-q", "-b", "side");
    repository.commit({ b: "1" });
    repository.tag("off", { annotated: true });
    repository.git("checkout", "-q", "main");
    repository.commit({ a: "2" });
    const on = async (branch: string) => (await dropsOn(repository, branch)).map(({ tag }) => tag).sort();
    assert.deepEqual(names(await tagsOf(repository)), ["off", "on"]);
    assert.deepEqual(await on("main"), ["on"]);
    assert.deepEqual(await on("side"), ["off", "on"]);
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side");
    assert.deepEqual(await on("main"), ["off", "on"]);
  });

  it("are none where there are none", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    assert.deepEqual(await tagsOf(repository), []);
  });

  it("make one drop of one commit", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" }, { at: MONDAY });
    for (const name of ["drop-9", "drop-10"]) repository.tag(name);
    const [drop, ...others] = await dropsOn(repository, "main");
    assert.deepEqual(
      [drop!.tag, drop!.names, drop!.commit, drop!.previous],
      ["drop-10", ["drop-10", "drop-9"], commit, null],
    );
    assert.deepEqual(others, []);
  });

  it("are peeled through each other; those of files and trees are passed over", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" }, { at: MONDAY });
    repository.tag("inner", { annotated: true, at: MONDAY + 1000 });
    repository.tag("outer", { annotated: true, at: MONDAY + 2000, on: "inner" });
    repository.tag("outermost", { annotated: true, at: MONDAY + 3000, on: "outer" });
    repository.tag("tree", { on: "HEAD^{tree}" });
    repository.tag("blob", { annotated: true, on: "HEAD:a" });
    assert.deepEqual(
      (await tagsOf(repository)).sort((a, b) => a.date - b.date),
      ["inner", "outer", "outermost"].map((name, i) => ({
        name,
        commit,
        date: MONDAY + (i + 1) * 1000,
        assumed: false,
      })),
    );
  });

  it("without a tagger take the commit's date", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" }, { at: MONDAY });
    const input = `object ${commit}\ntype commit\ntag old\n\nfrom before taggers\n`;
    const oid = repository
      .tryGit(["hash-object", "-t", "tag", "-w", "--literally", "--stdin"], { input })
      .stdout.trim();
    repository.git("update-ref", "refs/tags/old", oid);
    assert.deepEqual(await tagsOf(repository), [{ name: "old", commit, date: MONDAY, assumed: true }]);
  });

  it("are found in a shallow clone, a linked work tree and on a detached HEAD", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    repository.tag("drop-1");
    repository.commit({ a: "2" });
    repository.tag("drop-2", { annotated: true });
    assert.deepEqual(names(await tagsOf(repository.clone("shallow", "--depth=1"))), ["drop-2"]);
    repository.git("checkout", "-q", "drop-1");
    assert.deepEqual(
      (await dropsOn(repository, "HEAD")).map(({ tag }) => tag),
      ["drop-1"],
    );
    const linked = await repository.open(repository.worktree("linked", "main"));
    assert.deepEqual(names(await releaseTags(linked)), ["drop-1", "drop-2"]);
  });

  it("may have any name that git takes, even in bytes that are no text", async () => {
    const repository = TemporaryRepository.make();
    const commit = repository.commit({ a: "1" });
    const hostile = [
      "--output=x",
      "$(touch,x)",
      "q\"uo'te",
      "`x`",
      "a;b|c&d",
      "%00%(refname)",
      "日本/ø",
      "\u2028x",
    ];
    for (const name of hostile) repository.ref(`refs/tags/${name}`);
    assert.deepEqual(names(await tagsOf(repository)), [...hostile].sort());
    writeFileSync(
      join(repository.dir, ".git/packed-refs"),
      Buffer.from(`${commit} refs/tags/\xff\xfe\n`, "latin1"),
    );
    const tags = await tagsOf(repository);
    assert.equal(tags.length, hostile.length + 1);
    assert.ok(tags.every((tag) => tag.commit === commit));
    assert.equal(existsSync(join(repository.dir, "x")), false);
  });

  it("that are broken do not hide the others", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    repository.tag("good");
    repository.write(".git/refs/tags/bad", "garbage\n");
    assert.deepEqual(names(await tagsOf(repository)), ["good"]);
  });

  it("that name what is not here leave those that the branch reaches", async () => {
    const repository = TemporaryRepository.make();
    const tip = repository.commit({ a: "1" });
    repository.tag("good");
    repository.write(".git/refs/tags/gone", `${"1".repeat(40)}\n`);
    assert.deepEqual(names(await releaseTags(await repository.open(), [tip])), ["good"]);
  });
});

describe("the graph of commits", () => {
  for (const seed of [11, 12, 13]) {
    it(`is what git says (history ${seed})`, async () => {
      const history = new BranchingHistory(seed, "version: 1\n");
      history.grow(25);
      const { repository } = history;
      const tips = repository.git("for-each-ref", "--format=%(objectname)", "refs/heads").split("\n");
      const graph = await readAncestryGraph(await repository.open(), tips);
      const lines = repository.git("rev-list", "--parents", ...tips).split("\n");
      assert.equal(graph.size, lines.length);
      const place = new Map(Array.from(oldestFirst(graph), (commit, i) => [commit, i]));
      assert.equal(place.size, graph.size);
      for (const line of lines) {
        const [commit, ...parents] = line.split(" ").map((name) => graph.indexOf(name)) as [number];
        const own = Array.from(graph.parents.slice(graph.offsets[commit], graph.offsets[commit + 1]));
        assert.deepEqual(own, parents, "parents in their order");
        for (const parent of own) assert.ok(place.get(parent)! < place.get(commit)!, "oldest first");
      }
      for (const tip of tips) {
        const count = Number(repository.git("rev-list", "--count", tip));
        assert.equal(countReached(graph, graph.indexOf(tip)), count);
      }
    });
  }

  it("holds merges of several, roots of their own, and names by SHA-256", async () => {
    const repository = TemporaryRepository.make({ init: ["--object-format=sha256"] });
    const base = repository.commit({ a: "1" });
    const tree = repository.git("rev-parse", "HEAD^{tree}");
    const make = (...parents: string[]) =>
      repository.git("commit-tree", ...parents.flatMap((parent) => ["-p", parent]), "-m", "x", tree);
    const [one, root] = [make(base), make()];
    const merge = make(base, one, root);
    const graph = await readAncestryGraph(await repository.open(), [merge]);
    assert.equal(graph.size, 4);
    const at = graph.indexOf(merge);
    const parents = graph.parents.slice(graph.offsets[at], graph.offsets[at + 1]);
    assert.deepEqual(
      Array.from(parents),
      [base, one, root].map((name) => graph.indexOf(name)),
    );
    for (const other of ["", "1".repeat(64), base.slice(0, 40), `${base} `])
      assert.equal(graph.indexOf(other), -1, other);
  });

  it("ends where a shallow clone does, and is an error where a tip is not there", async () => {
    const repository = TemporaryRepository.make();
    for (const text of ["1", "2", "3"]) repository.commit({ a: text });
    const clone = repository.clone("shallow", "--depth=2");
    const opened = await clone.open();
    assert.equal((await readAncestryGraph(opened, [clone.git("rev-parse", "HEAD")])).size, 2);
    await assert.rejects(readAncestryGraph(opened, ["1".repeat(40)]), GitFailure);
    assert.equal((await readAncestryGraph(opened, [])).size, 0);
  });
});

const ref = (name: string) => ({ name, oid: `tip of ${name}`, target: null, current: false });
const remote = (name: string) => ref(`refs/remotes/origin/${name}`);
const local = (name: string) => ref(`refs/heads/${name}`);
const ANCHOR: Anchor = {
  remote: "origin",
  branch: "main",
  ref: "refs/remotes/origin/main",
  commit: "tip of refs/remotes/origin/main",
  published: true,
};
const REFS = {
  refs: [
    ...["main", "release-2", "release-10", "release-1.x", "other", "dropclock/undo-v1"].map(remote),
    { ...remote("HEAD"), target: "refs/remotes/origin/main" },
    ...["release-3", "main"].map(local),
  ],
  broken: [],
};

describe("the release branches", () => {
  const names = (wanted: string | string[] | null, anchor: Anchor = ANCHOR) => {
    const found = releaseBranchesOf(anchor, wanted, REFS);
    return "missing" in found ? found.missing : found.map(({ name }) => name);
  };

  it("are the anchor where the policy names none", () => {
    assert.deepEqual(names(null), ["main"]);
    assert.deepEqual(names("release-2"), ["release-2"]);
  });

  it("come in the order of the patterns, those of one pattern by their versions, each once", () => {
    assert.deepEqual(names(["main", "release-*"]), ["main", "release-1.x", "release-2", "release-10"]);
    assert.deepEqual(names(["release-[0-9]*", "!*.x", "m*", "*"]), [
      "release-2",
      "release-10",
      "main",
      "other",
    ]);
  });

  it("are the remote's, and never one that an undo was made on", () => {
    const found = releaseBranchesOf(ANCHOR, ["*"], REFS);
    assert.ok(!("missing" in found));
    assert.ok(found.every(({ ref }) => ref.startsWith("refs/remotes/origin/")));
    assert.ok(!found.some(({ name }) => /^dropclock|^release-3$|^HEAD$/.test(name)));
    const here = { ...ANCHOR, remote: null, ref: "refs/heads/main" };
    assert.deepEqual(names(["*"], here), ["main", "release-3"]);
  });

  it("are an error with its way out where none matches", () => {
    const shown = "there are: main, other, release-1.x, release-2, release-10.";
    assert.equal(names("gone"), `The policy's branch “gone” is not on origin; ${shown}`);
    assert.equal(
      names(["stable-*", "!stable-0*"]),
      `No branch on origin matches “stable-*, !stable-0*”, the policy's drops.branch; ${shown}`,
    );
  });
});
