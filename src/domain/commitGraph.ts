import type { LoggedCommit } from "./change.ts";

const WANTED = 1;
const UNWANTED = 2;

/** Which commit comes from which, among those that are known here. */
export class CommitGraph {
  /** Newest first, each before its parents. */
  readonly commits: readonly LoggedCommit[];
  /** Whether some have parents that are not known here: there is more history than was read. */
  readonly isCut: boolean;
  readonly #index: ReadonlyMap<string, number>;
  readonly #parents: readonly (readonly number[])[];
  readonly #marks: Uint8Array;

  /** @param commits Newest first, each before its parents, as `git log --topo-order` gives them. */
  constructor(commits: readonly LoggedCommit[]) {
    this.commits = commits;
    this.#index = new Map(commits.map(({ sha }, i) => [sha, i]));
    this.#parents = commits.map(({ parents }) =>
      parents.flatMap((sha) => (this.#index.has(sha) ? [this.#index.get(sha)!] : [])),
    );
    this.isCut = commits.some(({ parents }, i) => parents.length > this.#parents[i]!.length);
    this.#marks = new Uint8Array(commits.length);
  }

  has(sha: string): boolean {
    return this.#index.has(sha);
  }

  /** Whether a commit is listed after another one: only such a one can be its ancestor. */
  isOlder(sha: string, than: string): boolean {
    return (this.#index.get(sha) ?? -1) > (this.#index.get(than) ?? Number.POSITIVE_INFINITY);
  }

  /** The place of a commit, the oldest first, each after its parents; -1: it is not known here. */
  age(sha: string): number {
    const i = this.#index.get(sha);
    return i === undefined ? -1 : this.commits.length - 1 - i;
  }

  byAge = (a: string, b: string): number => this.age(a) - this.age(b);

  /** What is reachable from some commits and not from others, oldest first, as `git log tips --not without` has it. */
  range(tips: readonly string[], without: readonly string[]): LoggedCommit[] {
    const marks = this.#marks;
    let waiting = 0;
    let [first, last] = [marks.length, 0];
    const mark = (i: number | undefined, as: number) => {
      if (i === undefined) return;
      if (marks[i] === WANTED) waiting--;
      marks[i]! |= as;
      if (marks[i] === WANTED) waiting++;
      first = Math.min(first, i);
      last = Math.max(last, i);
    };
    for (const sha of tips) mark(this.#index.get(sha), WANTED);
    for (const sha of without) mark(this.#index.get(sha), UNWANTED);
    const found: LoggedCommit[] = [];
    // A commit comes after all that it could be reached from, so that its marks are complete when its turn comes.
    for (let i = first; waiting > 0; i++) {
      const as = marks[i]! & UNWANTED ? UNWANTED : marks[i]!;
      if (as === 0) continue;
      if (as === WANTED) {
        waiting--;
        found.push(this.commits[i]!);
      }
      for (const parent of this.#parents[i]!) mark(parent, as);
    }
    marks.fill(0, first, last + 1);
    return found.reverse();
  }
}
