import { type AncestryGraph, ancestryGraph } from "./ancestryGraph.ts";
import type { LoggedCommit } from "./change.ts";

const WANTED = 1;
const UNWANTED = 2;

/**
 * Logged commits on the graph of their ancestry. Their numbers there are their places in the log, which has each before
 * its parents; a graph that git gives by itself is in no such order.
 */
export class CommitGraph {
  readonly commits: readonly LoggedCommit[];
  /** Whether some have parents that are not known here: there is more history than was read. */
  readonly isCut: boolean;
  readonly #graph: AncestryGraph;
  readonly #marks: Uint8Array;

  /** @param commits Newest first, each before its parents, as `git log --topo-order` gives them. */
  constructor(commits: readonly LoggedCommit[]) {
    this.commits = commits;
    this.#graph = ancestryGraph(new Map(commits.map(({ sha, parents }) => [sha, parents])));
    const { offsets } = this.#graph;
    this.isCut = commits.some(({ parents }, i) => parents.length > offsets[i + 1]! - offsets[i]!);
    this.#marks = new Uint8Array(commits.length);
  }

  has(sha: string): boolean {
    return this.#graph.indexOf(sha) >= 0;
  }

  /** Whether a commit is listed after another one: only such a one can be its ancestor. */
  isOlder(sha: string, than: string): boolean {
    const other = this.#graph.indexOf(than);
    return other >= 0 && this.#graph.indexOf(sha) > other;
  }

  /** The place of a commit, the oldest first, each after its parents; -1: it is not known here. */
  age(sha: string): number {
    const i = this.#graph.indexOf(sha);
    return i < 0 ? -1 : this.commits.length - 1 - i;
  }

  byAge = (a: string, b: string): number => this.age(a) - this.age(b);

  /** What is reachable from some commits and not from others, oldest first, as `git log tips --not without` has it. */
  range(tips: readonly string[], without: readonly string[]): LoggedCommit[] {
    const marks = this.#marks;
    const { offsets, parents } = this.#graph;
    let waiting = 0;
    let [first, last] = [marks.length, 0];
    const mark = (i: number, as: number) => {
      if (i < 0) return;
      if (marks[i] === WANTED) waiting--;
      marks[i]! |= as;
      if (marks[i] === WANTED) waiting++;
      first = Math.min(first, i);
      last = Math.max(last, i);
    };
    for (const sha of tips) mark(this.#graph.indexOf(sha), WANTED);
    for (const sha of without) mark(this.#graph.indexOf(sha), UNWANTED);
    const found: LoggedCommit[] = [];
    // A commit comes after all that it could be reached from, so that its marks are complete when its turn comes.
    for (let i = first; waiting > 0; i++) {
      const as = marks[i]! & UNWANTED ? UNWANTED : marks[i]!;
      if (as === 0) continue;
      if (as === WANTED) {
        waiting--;
        found.push(this.commits[i]!);
      }
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++) mark(parents[p]!, as);
    }
    marks.fill(0, first, last + 1);
    return found.reverse();
  }
}
