import type { Drop } from "../../domain/drop/drop.ts";
import { type AncestryGraph, claim } from "../../domain/drop/dropHistory.ts";
import { candidateOf, type Release, rangeOf, recordOf } from "../../domain/drop/release.ts";
import { pathMatcher } from "../../domain/text/pathPatterns.ts";
import { touchingCommits } from "../../git/pathCommits.ts";
import type { Repository } from "../../git/repository.ts";
import type { Reading } from "../project/project.ts";

/** A file of a drop that other services have as well, such as one of a library. */
export interface SharedFile {
  path: string;
  with: { service: string; drops: string[] }[];
}

/** Older drops of another service can hold nothing of a drop that came later. */
const MOST_DROPS = 50;

/**
 * The files that an undo would change and that are other services' too, each with their drops that shipped the same
 * change: for those it would be rolled back as well. Without such drops there is nothing to decide, and nothing is told.
 */
export async function sharedFiles(
  repository: Repository,
  { release, facts, siblings }: Pick<Reading, "release" | "facts" | "siblings">,
  drop: Drop,
  changed: readonly string[],
): Promise<SharedFile[]> {
  const range = rangeOf(candidateOf(release, drop));
  if (!siblings || !range.paths || changed.length === 0) return [];
  const others = siblings().map((each) => ({
    ...each,
    isOwn: pathMatcher(each.release.policy.policy.scope!.paths),
  }));
  const owned = changed.filter((path) => others.some(({ isOwn }) => isOwn(path)));
  if (owned.length === 0) return [];
  const commits = await touchingCommits(repository, { ...range, paths: range.paths });
  const holders = others.map((each) => ({ ...each, drops: new Holders(facts.graph, each.release) }));
  const shared = owned.map((path) => {
    const made = [...commits].flatMap(([sha, files]) => (files.includes(path) ? [sha] : []));
    const own = holders.filter(({ isOwn }) => isOwn(path));
    return { path, with: own.map(({ service, drops }) => ({ service, drops: drops.of(made) })) };
  });
  return shared
    .map((file) => ({ ...file, with: file.with.filter(({ drops }) => drops.length > 0) }))
    .filter((file) => file.with.length > 0);
}

/** Which drops of a service were the first to hold a commit. */
class Holders {
  readonly #graph: AncestryGraph;
  readonly #release: Release;
  readonly #reached = new Map<string, Int32Array>();

  constructor(graph: AncestryGraph, release: Release) {
    this.#graph = graph;
    this.#release = release;
  }

  of(commits: readonly string[]): string[] {
    const held = commits.map((commit) => this.#graph.indexOf(commit)).filter((i) => i >= 0);
    return this.#release.drops
      .slice(0, MOST_DROPS)
      .filter((drop) => {
        if (recordOf(this.#release, drop.tag).undone) return false;
        const before = candidateOf(this.#release, drop).previous;
        return held.some((i) => this.#holds(drop, i) && !(before && this.#holds(before, i)));
      })
      .map(({ tag }) => tag);
  }

  #holds({ commit }: Drop, i: number): boolean {
    let reached = this.#reached.get(commit);
    if (!reached) {
      reached = new Int32Array(this.#graph.size).fill(-1);
      const at = this.#graph.indexOf(commit);
      if (at >= 0) claim(this.#graph, at, reached, 0);
      this.#reached.set(commit, reached);
    }
    return reached[i] === 0;
  }
}
