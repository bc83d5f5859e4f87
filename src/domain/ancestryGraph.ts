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

/** Visits what a commit reaches, itself included, once each, and goes no further where `visit` says false. */
export function walk({ offsets, parents }: AncestryGraph, from: number, visit: (i: number) => boolean): void {
  const waiting = [from];
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    if (!visit(i)) continue;
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) waiting.push(parents[p]!);
  }
}

/** How many commits a commit reaches, itself included. */
export function countReached(graph: AncestryGraph, from: number): number {
  const seen = new Uint8Array(graph.size);
  let count = 0;
  walk(graph, from, (i) => {
    if (seen[i]) return false;
    seen[i] = 1;
    count++;
    return true;
  });
  return count;
}
