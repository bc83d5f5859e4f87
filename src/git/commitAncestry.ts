import type { Git } from "./git.ts";

/** How many sets are followed at once: one bit for each. */
const LANES = 31;

/** The ancestry of all commits below a head. Dates say nothing here: whoever writes a commit chooses its date. */
export class CommitAncestry {
  /** Oldest first: no commit comes before one of its parents. */
  readonly #places: Map<string, number>;
  readonly #parents: readonly (readonly number[])[];

  private constructor(places: Map<string, number>, parents: readonly (readonly number[])[]) {
    this.#places = places;
    this.#parents = parents;
  }

  /** One process. @throws {GitFailure} where a part of the history is not here. */
  static async read(git: Git, head: string): Promise<CommitAncestry> {
    const args = ["--no-replace-objects", "rev-list", "--topo-order", "--reverse", "--parents", head];
    const result = await git.feed(args);
    if (result.code !== 0) throw git.failure(args, result);
    const places = new Map<string, number>();
    const parents: number[][] = [];
    for (const line of result.stdout.toString("latin1").split("\n")) {
      if (line === "") continue;
      const [commit, ...names] = line.split(" ") as [string, ...string[]];
      places.set(commit, parents.length);
      parents.push(names.flatMap((name) => places.get(name) ?? []));
    }
    return new CommitAncestry(places, parents);
  }

  /** Of each set of commits those of which no other one of the set is an ancestor. */
  earliest(sets: readonly (readonly string[])[]): Set<string>[] {
    const found = sets.map(() => new Set<string>());
    for (let from = 0; from < sets.length; from += LANES)
      this.#follow(sets.slice(from, from + LANES), from, found);
    return found;
  }

  /** In each commit's bits: of which sets it, or an ancestor of it, is a member. */
  #follow(sets: readonly (readonly string[])[], from: number, found: readonly Set<string>[]): void {
    const members = new Map<number, [lane: number, commit: string][]>();
    sets.forEach((commits, lane) => {
      for (const commit of commits) {
        const place = this.#places.get(commit);
        if (place === undefined) continue;
        const there = members.get(place);
        if (there) there.push([lane, commit]);
        else members.set(place, [[lane, commit]]);
      }
    });
    const bits = new Int32Array(this.#parents.length);
    for (let place = 0; place < bits.length; place++) {
      let own = 0;
      for (const parent of this.#parents[place]!) own |= bits[parent]!;
      for (const [lane, commit] of members.get(place) ?? []) {
        if ((own & (1 << lane)) === 0) found[from + lane]!.add(commit);
      }
      for (const [lane] of members.get(place) ?? []) own |= 1 << lane;
      bits[place] = own;
    }
  }
}

/**
 * Which of these commits a head does not lead back to; perhaps they are no commits at all. All of the history is looked
 * through where it has to be: what limits the search goes by dates, which whoever writes a commit chooses. One process,
 * ended as soon as all are found.
 */
export async function notAmongAncestors(
  git: Git,
  head: string,
  commits: readonly string[],
): Promise<string[]> {
  const missing = new Set(commits);
  missing.delete(head);
  if (missing.size === 0) return [];
  let rest = "";
  const onData = (chunk: Buffer) => {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop()!;
    for (const line of lines) missing.delete(line);
    if (missing.size === 0) walk.stop();
  };
  const walk = git.open(["--no-replace-objects", "rev-list", head], onData);
  walk.end();
  // Where a part of the history is not here, what was not met is missing for all that anybody can tell.
  await walk.ended;
  return [...missing];
}
