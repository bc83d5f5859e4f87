import type { Drop, Tag } from "../../../src/domain/drop/drop.ts";
import { ancestryGraph, NO_COMMITS, type ReleaseBranch } from "../../../src/domain/drop/dropHistory.ts";
import type { HistoryFacts } from "../../../src/domain/drop/release.ts";

type Dated = Omit<Tag, "assumed"> & Partial<Pick<Tag, "assumed">>;

/** A history without merges: the commits of the tags by their dates, and the branch's own on top. */
export function linearHistory(tags: readonly Dated[], branch?: ReleaseBranch): HistoryFacts {
  const commits = tags.toSorted((a, b) => a.date - b.date).map(({ commit }) => commit);
  const chain = [...new Set([...commits, ...(branch ? [branch.commit] : [])])];
  const tip = chain.at(-1);
  if (tip === undefined) return { branches: [], branchMissing: null, tags: [], graph: NO_COMMITS };
  return {
    branches: [branch ?? { name: "main", ref: "refs/heads/main", commit: tip }],
    branchMissing: null,
    tags: tags.map((tag) => ({ assumed: false, ...tag })),
    graph: ancestryGraph(new Map(chain.map((commit, i) => [commit, chain.slice(Math.max(0, i - 1), i)]))),
  };
}

/** A drop by itself. */
export const aDrop = (tag: string, over: Partial<Drop> = {}): Drop => ({
  tag,
  names: [tag],
  commit: "b".repeat(40),
  shippedAt: 0,
  shippedAssumed: false,
  previous: null,
  branch: "main",
  moved: null,
  deleted: false,
  ...over,
});
