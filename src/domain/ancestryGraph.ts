/** The commits that some tips reach, each with its parents. What lies beyond a cut of the history is not in it. */
export interface AncestryGraph {
  readonly size: number;
  /** The number of a commit, from 0 up; -1 where it is not in the graph. */
  indexOf(commit: string): number;
  /** The parents of commit `i` that are in the graph: `parents[offsets[i]]` to before `parents[offsets[i + 1]]`. */
  readonly offsets: Int32Array;
  readonly parents: Int32Array;
}

/** A graph of commits that are at hand. @param commits Each with its parents, the first parent first. */
export function ancestryGraph(commits: ReadonlyMap<string, readonly string[]>): AncestryGraph {
  const numbers = new Map([...commits.keys()].map((commit, i) => [commit, i]));
  const offsets = [0];
  const parents: number[] = [];
  for (const names of commits.values()) {
    parents.push(...names.map((name) => numbers.get(name) ?? -1).filter((i) => i >= 0));
    offsets.push(parents.length);
  }
  return {
    size: numbers.size,
    indexOf: (commit) => numbers.get(commit) ?? -1,
    offsets: Int32Array.from(offsets),
    parents: Int32Array.from(parents),
  };
}

export const NO_COMMITS: AncestryGraph = ancestryGraph(new Map());

/** The first parent of a commit; -1 for none. */
export const firstParent = ({ offsets, parents }: AncestryGraph, i: number): number =>
  offsets[i]! < offsets[i + 1]! ? parents[offsets[i]!]! : -1;

/** All commits, each after its parents. */
export function oldestFirst({ size, offsets, parents }: AncestryGraph): Int32Array {
  const children = new Int32Array(size);
  for (const parent of parents) children[parent]!++;
  const order = new Int32Array(size);
  let filled = size;
  for (let i = 0; i < size; i++) if (children[i] === 0) order[--filled] = i;
  for (let at = size - 1; at >= filled; at--) {
    const commit = order[at]!;
    for (let p = offsets[commit]!; p < offsets[commit + 1]!; p++)
      if (--children[parents[p]!]! === 0) order[--filled] = parents[p]!;
  }
  return order;
}

/**
 * Gives all that a commit reaches, itself included, to an owner, as far as it has none (-1), and says how much that was.
 * What lies behind something that has one is passed over.
 */
export function claim(
  { offsets, parents }: AncestryGraph,
  from: number,
  owners: Int32Array,
  owner: number,
): number {
  if (owners[from] !== -1) return 0;
  owners[from] = owner;
  const waiting = [from];
  let claimed = 0;
  while (waiting.length > 0) {
    const i = waiting.pop()!;
    claimed++;
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) {
      const parent = parents[p]!;
      if (owners[parent] !== -1) continue;
      owners[parent] = owner;
      waiting.push(parent);
    }
  }
  return claimed;
}

/** How many commits a commit reaches, itself included. */
export const countReached = (graph: AncestryGraph, from: number): number =>
  claim(graph, from, new Int32Array(graph.size).fill(-1), 0);
