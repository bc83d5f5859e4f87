import assert from "node:assert/strict";
import fc from "fast-check";
import { CommitGraph } from "../../../../src/domain/change/change.ts";

describe("the range of a graph", () => {
  it("is what can be reached from its tips and not from the others", () => {
    const anyGraph = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(anyGraph, fc.nat(), fc.nat(), (rows, x, y) => {
        // Each commit's parents lie some places below it.
        const commits = rows.map((down, i) => ({
          sha: `${i}`,
          parents: [...new Set(down.map((d) => i + 1 + d))].map(String),
          date: 0,
          message: "",
        }));
        const reach = (sha: string, seen = new Set<string>()): Set<string> => {
          const commit = commits[Number(sha)];
          if (!commit || seen.has(sha)) return seen;
          seen.add(sha);
          for (const parent of commit.parents) reach(parent, seen);
          return seen;
        };
        const [tip, without] = [`${x % rows.length}`, `${y % rows.length}`];
        const graph = new CommitGraph(commits);
        const hidden = reach(without);
        const expected = [...reach(tip)].filter((sha) => !hidden.has(sha)).sort(graph.byAge);
        for (let twice = 0; twice < 2; twice++)
          assert.deepEqual(
            graph.range([tip], [without]).map(({ sha }) => sha),
            expected,
          );
      }),
      { numRuns: 500 },
    );
  });
});
