import type { AncestryGraph } from "../domain/drop/dropHistory.ts";
import { type Commit, listCommits } from "./history.ts";
import type { Repository } from "./repository.ts";
import type { CommitRange } from "./revision.ts";

/** Up to this many commits are read at once; in a longer history each range is read on its own. */
const MOST_COMMITS = 100_000;

/** The commits of many ranges within one, each as `listCommits` gives it. One process for all of them. */
export class RangeCommits {
  readonly #repository: Repository;
  readonly #graph: AncestryGraph;
  readonly #whole: CommitRange;
  #read: Promise<{ commits: Commit[]; places: ReadonlyMap<number, number> }> | null = null;

  /** @param graph Holds the whole range. */
  constructor(repository: Repository, graph: AncestryGraph, whole: CommitRange) {
    this.#repository = repository;
    this.#graph = graph;
    this.#whole = whole;
  }

  async list(range: CommitRange, limit: number): Promise<Commit[]> {
    this.#read ??= this.#readAll();
    const { commits, places } = await this.#read;
    const [from, to] = [range.from, range.to].map((name) => (name === null ? -1 : this.#graph.indexOf(name)));
    const isIn = places.has(to!) && (range.from === this.#whole.from || places.has(from!));
    if (!isIn || commits.length >= MOST_COMMITS) return listCommits(this.#repository, range, limit);
    const older = this.#reached(from!, places, new Set());
    const own = this.#reached(to!, places, older);
    return commits.filter((_, place) => own.has(place) && !older.has(place)).slice(0, limit);
  }

  async #readAll() {
    const commits = await listCommits(this.#repository, this.#whole, MOST_COMMITS);
    const places = new Map(commits.map(({ sha }, place) => [this.#graph.indexOf(sha), place]));
    return { commits, places };
  }

  /** The places of what a commit reaches within the whole range; what is known already is skipped. */
  #reached(from: number, places: ReadonlyMap<number, number>, but: ReadonlySet<number>): Set<number> {
    const { offsets, parents } = this.#graph;
    const found = new Set<number>();
    const waiting = [from];
    while (waiting.length > 0) {
      const i = waiting.pop()!;
      const place = places.get(i);
      // What lies before the whole range leads to nothing in it.
      if (place === undefined || found.has(place) || but.has(place)) continue;
      found.add(place);
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++) waiting.push(parents[p]!);
    }
    return found;
  }
}
