import { originalPath } from "./eventPath.ts";
import type { SkippedEntry } from "./ledger.ts";
import type { Adder } from "./provenance.ts";

/** What lies in a ledger and counts for nothing: no event, or one that does not lie where it belongs. */
export interface Stray extends SkippedEntry {
  /** Names the bytes, and what kind of entry it is. */
  key: string;
  adders: readonly Adder[];
  /** False: the ledger had it once, and has it no more. */
  inTree: boolean;
}

export const MISSING = "is missing from the repository";
export const NOT_A_FILE = "is not a file";
export const ELSEWHERE = "is an event that lies at another path than its own";

/** The strays of a ledger, each once for a path and its bytes, in the order in which they came. */
export class Strays {
  /** By path, then by what names their bytes. */
  readonly #byPath = new Map<string, Map<string, Stray>>();
  readonly #keysInTree = new Set<string>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** @returns Whether it was not known before. */
  put(stray: Stray): boolean {
    if (stray.inTree) this.#keysInTree.add(stray.key);
    const place = originalPath(stray.path, stray.key);
    const there = this.#byPath.get(place);
    const known = there?.get(stray.key);
    if (known) {
      known.inTree ||= stray.inTree;
      return false;
    }
    this.#count += 1;
    if (there) there.set(stray.key, stray);
    else this.#byPath.set(place, new Map([[stray.key, stray]]));
    return true;
  }

  find(path: string, key: string): Stray | undefined {
    return this.#byPath.get(originalPath(path, key))?.get(key);
  }

  /** Whether there are any at a path, or beside it. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** Those at a path, or put beside it. */
  at(path: string): Stray[] {
    return [...(this.#byPath.get(path)?.values() ?? [])];
  }

  /** The paths at which there are some. */
  paths(): Iterable<string> {
    return this.#byPath.keys();
  }

  all(): Stray[] {
    return [...this.#byPath.values()].flatMap((there) => [...there.values()]);
  }

  /** Those of which the ledger's tree has not even a copy. */
  lost(): Stray[] {
    return this.all().filter(
      ({ key, inTree, reason }) => !inTree && reason !== MISSING && !this.#keysInTree.has(key),
    );
  }
}
