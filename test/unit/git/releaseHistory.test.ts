import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Drop, findDrops, type Tag } from "../../../src/domain/drop/drop.ts";
import { dropHistory } from "../../../src/domain/drop/dropHistory.ts";
import { nameMatcher } from "../../../src/domain/text/tagNames.ts";
import { readAncestryGraph } from "../../../src/git/releaseHistory.ts";
import { releaseTags } from "../../../src/git/releaseTags.ts";
import { MONDAY, TemporaryRepository } from "../../support/temporaryRepository.ts";

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
const names = (tags: readonly Tag[]) => tags.map(({ name }) => name).sort();

describe("release tags", () => {
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
