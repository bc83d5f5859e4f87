import assert from "node:assert/strict";
import { countReached, oldestFirst } from "../../../src/domain/ancestryGraph.ts";
import { GitFailure } from "../../../src/git/gitFailure.ts";
import { readAncestryGraph } from "../../../src/git/releaseHistory.ts";
import { BranchingHistory } from "../../support/branchingHistory.ts";
import { TemporaryRepository } from "../../support/temporaryRepository.ts";

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
