import assert from "node:assert/strict";
import { TreeDiff } from "../../../src/git/mergeTree.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

describe("the difference of two trees", () => {
  it("is told path by path, and ends where git says so and not at a file of that name", async () => {
    const repository = TemporaryRepository.make();
    const names = Array.from({ length: 300 }, (_, i) => `${"long/".repeat(30)}${i}/end\n`);
    const before = treeOf(repository, { kept: "1", changed: "1", gone: "1" });
    const files = Object.fromEntries(names.map((name) => [name, "x"]));
    const after = treeOf(repository, { kept: "1", changed: "2", gone: null, "end\n": "x", ...files });
    const changes = await new TreeDiff(repository.product()).compare(before, after);
    assert.deepEqual(changes.map(({ path }) => path).sort(), ["changed", "end\n", "gone", ...names].sort());
    const kinds = (name: string) => {
      const { before, after } = changes.find(({ path }) => path === name)!;
      return [before?.mode ?? null, after?.mode ?? null];
    };
    assert.deepEqual(
      [kinds("changed"), kinds("gone"), kinds("end\n")],
      [
        ["100644", "100644"],
        ["100644", null],
        [null, "100644"],
      ],
    );
  });

  it("of a tree with itself is empty, and of one that is not there a failure", async () => {
    const repository = TemporaryRepository.make();
    const tree = treeOf(repository, { kept: "1" });
    assert.deepEqual(await new TreeDiff(repository.product()).compare(tree, tree), []);
    await assert.rejects(new TreeDiff(repository.product()).compare(tree, "1".repeat(40)), /1111/);
  });
});

function treeOf(repository: TemporaryRepository, files: Record<string, string | null>): string {
  repository.commit(files);
  return repository.git("rev-parse", "HEAD^{tree}");
}
