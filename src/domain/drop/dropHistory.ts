import { compareVersions } from "../text/tagNames.ts";
import type { Drop, UnplacedDrop } from "./drop.ts";

/** A release branch and the drop that it holds. */
export interface ReleaseLine {
  branch: ReleaseBranch;
  current: Drop | null;
}

/** Which drop comes before which: by history alone, whatever the dates say. */
export interface DropHistory {
  /** Later drops before those they build on; of unrelated ones, the last shipped first. */
  drops: Drop[];
  /** In the order of the branches. */
  lines: ReleaseLine[];
  /** Those that are on no branch, the last shipped first. */
  unheld: UnplacedDrop[];
  /** Whether the history of a drop contains another one. */
  contains(drop: Drop, other: Drop): boolean;
}

/** The last answer of each graph: for a long history it takes longer than everything else in a reading. */
const known = new WeakMap<AncestryGraph, { key: string; history: DropHistory }>();

/**
 * Orders drops.
 * @param graph Everything that the branches reach; it may contain more.
 * @param branches A drop belongs to the first branch that contains it.
 */
export function dropHistory(
  graph: AncestryGraph,
  branches: readonly ReleaseBranch[],
  found: readonly UnplacedDrop[],
): DropHistory {
  const key = JSON.stringify([branches, found]);
  const last = known.get(graph);
  if (last?.key === key) return last.history;
  const history = placed(graph, branches, found);
  known.set(graph, { key, history });
  return history;
}

function placed(
  graph: AncestryGraph,
  branches: readonly ReleaseBranch[],
  found: readonly UnplacedDrop[],
): DropHistory {
  const places = new Places(graph, branches);
  const marks = new Map<number, UnplacedDrop>();
  const moved: { drop: UnplacedDrop; at: number }[] = [];
  const unheld: UnplacedDrop[] = [];
  for (const drop of found) {
    const own = places.indexOf(drop.commit);
    // A recorded commit that is on no branch any more: where its tag is now shows at least between which drops it was.
    const at = own >= 0 || !drop.moved ? own : places.indexOf(drop.moved.now);
    if (at < 0) unheld.push(drop);
    else if (own < 0) moved.push({ drop, at });
    else marks.set(at, drop);
  }
  const displaced: typeof moved = [];
  for (const each of moved) {
    if (marks.has(each.at)) displaced.push(each);
    else marks.set(each.at, each.drop);
  }
  const ancestry = new Ancestry(graph, marks);
  const drops = ancestry.marked.map(
    ({ at, drop }): Drop => ({
      ...drop,
      previous: ancestry.before(at)?.tag ?? null,
      branch: branches[places.branchOf(at)]!.name,
    }),
  );
  for (const { drop, at } of displaced) {
    const { previous, branch } = drops[ancestry.rankOf(at)]!;
    drops.push({ ...drop, previous, branch });
  }
  const byTag = new Map(drops.map((drop) => [drop.tag, drop]));
  return {
    drops: newestFirst(drops, ancestry),
    lines: branches.map((branch) => {
      const current = ancestry.at(graph.indexOf(branch.commit));
      return { branch, current: current && byTag.get(current.tag)! };
    }),
    unheld: unheld.sort(lastShippedFirst),
    contains: (drop, other) => ancestry.contains(places.indexOf(drop.commit), places.indexOf(other.commit)),
  };
}

const lastShippedFirst = (a: UnplacedDrop, b: UnplacedDrop) =>
  b.shippedAt - a.shippedAt || compareVersions(b.tag, a.tag);

/** Which branch holds which commit: on its first-parent line, or at all. */
class Places {
  readonly #graph: AncestryGraph;
  readonly #line: Int32Array;
  readonly #reach: Int32Array;

  constructor(graph: AncestryGraph, branches: readonly ReleaseBranch[]) {
    this.#graph = graph;
    this.#line = new Int32Array(graph.size).fill(-1);
    this.#reach = new Int32Array(graph.size).fill(-1);
    branches.forEach(({ commit }, number) => {
      const tip = graph.indexOf(commit);
      if (tip < 0) return;
      // What comes before a commit of another branch belongs to that branch as well.
      for (let i = tip; i >= 0 && this.#line[i] === -1; i = firstParent(graph, i)) this.#line[i] = number;
      claim(graph, tip, this.#reach, number);
    });
  }

  /** The number of a commit on a branch; -1 for any other. */
  indexOf(commit: string): number {
    const i = this.#graph.indexOf(commit);
    return i >= 0 && this.#reach[i]! >= 0 ? i : -1;
  }

  branchOf(i: number): number {
    return this.#line[i]! >= 0 ? this.#line[i]! : this.#reach[i]!;
  }
}

/** For each commit the marked ones among its ancestors that no other of them contains: one pass over the graph. */
class Ancestry {
  /** Each after those that it contains. Its place in here is its rank. */
  readonly marked: { at: number; drop: UnplacedDrop }[] = [];
  readonly #graph: AncestryGraph;
  readonly #ranks = new Map<number, number>();
  /** By commit: the ranks of its nearest, itself where it is marked. */
  readonly #nearest: (readonly number[])[];
  /** By rank: the nearest before it, and as bits all that it contains. */
  readonly #before: (readonly number[])[] = [];
  readonly #contains: Uint32Array[] = [];
  readonly #reached = new Map<number, number>();

  constructor(graph: AncestryGraph, marks: ReadonlyMap<number, UnplacedDrop>) {
    this.#graph = graph;
    this.#nearest = new Array(graph.size);
    const { offsets, parents } = graph;
    for (const i of oldestFirst(graph)) {
      let nearest: readonly number[] = NONE;
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++)
        nearest = this.#together(nearest, this.#nearest[parents[p]!]!);
      const drop = marks.get(i);
      this.#nearest[i] = drop ? [this.#mark(i, drop, nearest)] : nearest;
    }
  }

  rankOf(at: number): number {
    return this.#ranks.get(at)!;
  }

  /** The ranks of what a rank directly builds on. */
  beforeRank(rank: number): readonly number[] {
    return this.#before[rank]!;
  }

  /** Whether one marked commit reaches another one. */
  contains(at: number, other: number): boolean {
    const [rank, of] = [this.#ranks.get(at), this.#ranks.get(other)];
    return rank !== undefined && of !== undefined && this.#isIn(of, rank);
  }

  /** The drop that comes before a marked commit. */
  before(at: number): UnplacedDrop | null {
    return this.#choose(this.#before[this.rankOf(at)]!, firstParent(this.#graph, at));
  }

  /** The drop that a commit contains: its own, else the one before it. */
  at(i: number): UnplacedDrop | null {
    return i < 0 ? null : this.#choose(this.#nearest[i]!, i);
  }

  #mark(at: number, drop: UnplacedDrop, before: readonly number[]): number {
    const rank = this.marked.length;
    const contains = new Uint32Array((rank >> 5) + 1);
    for (const each of before) {
      this.#contains[each]!.forEach((bits, word) => {
        contains[word]! |= bits;
      });
      contains[each >> 5]! |= 1 << (each & 31);
    }
    this.marked.push({ at, drop });
    this.#ranks.set(at, rank);
    this.#before.push(before);
    this.#contains.push(contains);
    return rank;
  }

  #isIn(rank: number, other: number): boolean {
    return rank < other && ((this.#contains[other]![rank >> 5]! >>> (rank & 31)) & 1) === 1;
  }

  /** The nearest of several parents, without those that another one contains. */
  #together(a: readonly number[], b: readonly number[]): readonly number[] {
    if (a === b || b.length === 0) return a;
    if (a.length === 0) return b;
    const left = a.filter((rank) => !b.some((other) => rank === other || this.#isIn(rank, other)));
    if (left.length === 0) return b;
    const right = b.filter((rank) => !a.some((other) => this.#isIn(rank, other)));
    return [...left, ...right];
  }

  /** Of several, the one on the first-parent line; else the one with the fewest commits between; else the highest version. */
  #choose(ranks: readonly number[], lineFrom: number): UnplacedDrop | null {
    if (ranks.length === 0) return null;
    if (ranks.length > 1) {
      let i = lineFrom;
      while (i >= 0 && !this.#ranks.has(i)) i = firstParent(this.#graph, i);
      // What lies further down the line is contained in the first one found.
      const met = i >= 0 ? this.rankOf(i) : -1;
      if (ranks.includes(met)) return this.marked[met]!.drop;
    }
    // The more commits an ancestor contains, the fewer lie between.
    const [best] = ranks.toSorted(
      (a, b) =>
        (ranks.length > 1 ? this.#count(b) - this.#count(a) : 0) ||
        compareVersions(this.marked[b]!.drop.tag, this.marked[a]!.drop.tag),
    );
    return this.marked[best!]!.drop;
  }

  #count(rank: number): number {
    let count = this.#reached.get(rank);
    if (count === undefined) {
      count = countReached(this.#graph, this.marked[rank]!.at);
      this.#reached.set(rank, count);
    }
    return count;
  }
}

const NONE: readonly number[] = [];

/** @param drops By rank, then those without one. */
function newestFirst(drops: readonly Drop[], ancestry: Ancestry): Drop[] {
  const waitsFor = new Int32Array(drops.length);
  const ranks = ancestry.marked.map((_, rank) => rank);
  for (const rank of ranks) for (const before of ancestry.beforeRank(rank)) waitsFor[before]!++;
  const free = drops.map((_, i) => i).filter((i) => waitsFor[i] === 0);
  const order: Drop[] = [];
  while (free.length > 0) {
    let best = 0;
    for (let i = 1; i < free.length; i++)
      if (lastShippedFirst(drops[free[i]!]!, drops[free[best]!]!) < 0) best = i;
    const [next] = free.splice(best, 1);
    order.push(drops[next!]!);
    if (next! >= ranks.length) continue;
    for (const before of ancestry.beforeRank(next!)) if (--waitsFor[before]! === 0) free.push(before);
  }
  return order;
}

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
const firstParent = ({ offsets, parents }: AncestryGraph, i: number): number =>
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

/** What git says about the release branch. */
export interface ReleaseBranch {
  name: string;
  ref: string;
  commit: string;
}
