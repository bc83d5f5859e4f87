import type { LoggedCommit } from "./change/change.ts";
import { titleOf, withoutPull, withoutType } from "./change/commitMessage.ts";

/** Finds commits by the names that messages give them: object names, perhaps cut, titles, numbers of pull requests. */
export class CommitNames {
  readonly #shas: string[];
  readonly #commits: readonly LoggedCommit[];
  readonly #index = new Map<string, number>();
  /** Each list is newest first. */
  readonly #byTitle = new Map<string, number[]>();
  readonly #byPull = new Map<string, number[]>();

  /** @param commits Newest first. */
  constructor(commits: readonly LoggedCommit[]) {
    this.#commits = commits;
    this.#shas = commits.map(({ sha }) => sha).sort();
    commits.forEach(({ sha, message }, i) => {
      this.#index.set(sha, i);
      const title = titleOf(message);
      const pull = /[#!](\d+)\)$/.exec(title)?.[1];
      const first = message.trimStart().split(/\r?\n/, 1)[0]!.trim();
      for (const each of new Set([first, title, withoutType(title)].map(withoutPull)))
        add(this.#byTitle, each, i);
      if (pull !== undefined) add(this.#byPull, pull, i);
    });
  }

  /** The whole object name of one that may be cut; null where no commit or several have it. */
  whole(name: string): string | null {
    const at = firstOf(this.#shas, (sha) => sha >= name);
    const fits = (i: number) => this.#shas[i]?.startsWith(name) === true;
    return fits(at) && !fits(at + 1) ? this.#shas[at]! : null;
  }

  /** The newest commit before another one that bears a title, with or without its number and its type. */
  titled(title: string, before: string): string | null {
    return this.#before(this.#byTitle.get(withoutPull(title)), before);
  }

  /** The newest commit before another one that came by a pull request. */
  ofPull(number: string, before: string): string | null {
    return this.#before(this.#byPull.get(number), before);
  }

  #before(found: readonly number[] = [], sha = ""): string | null {
    const from = this.#index.get(sha)!;
    const older = found[firstOf(found, (i) => i > from)];
    return older === undefined ? null : this.#commits[older]!.sha;
  }
}

/** The first index of a sorted list from which on something holds. */
function firstOf<T>(sorted: readonly T[], holds: (each: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function add(map: Map<string, number[]>, key: string, i: number): void {
  const there = map.get(key);
  if (there) there.push(i);
  else map.set(key, [i]);
}
