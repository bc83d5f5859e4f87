import { statSync } from "node:fs";

/** A file that changed so shortly before it was read may change again without looking any different. */
const TOO_RECENT_MS = 2_000;

/** What no file tells, such as that one has appeared in a place that nobody thought of, is found out after this long. */
const USUALLY_MS = 60_000;

interface Known<T> {
  value: T;
  files: readonly string[];
  stamps: string;
  at: number;
}

/** Remembers an answer for as long as the files that it was read from are the same. Looking starts no process. */
export class WhileUnchanged<T> {
  readonly #longestMs: number;
  #known: Known<T> | null = null;

  /** @param longestMs After how many milliseconds it is forgotten in any case. */
  constructor(longestMs = USUALLY_MS) {
    this.#longestMs = longestMs;
  }

  /** Null: there is none, or a file has changed since. */
  recall(): T | null {
    const known = this.#known;
    if (!known) return null;
    const isOld = performance.now() - known.at > this.#longestMs;
    if (isOld || stampsOf(known.files).text !== known.stamps) this.#known = null;
    return this.#known && known.value;
  }

  /**
   * @param files All files that the answer depends on, also those that are not there.
   * @param askedAt When the reading of them began, in milliseconds since 1970.
   */
  keep(value: T, files: readonly string[], askedAt: number): void {
    const { text, newest } = stampsOf(files);
    const known = { value, files, stamps: text, at: performance.now() };
    this.#known = newest < askedAt - TOO_RECENT_MS ? known : null;
  }
}

function stampsOf(files: readonly string[]): { text: string; newest: number } {
  let newest = 0;
  const stamps = files.map((file) => {
    const there = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (!there) return "";
    newest = Math.max(newest, Number(there.mtimeMs));
    return `${there.dev} ${there.ino} ${there.size} ${there.mtimeNs} ${there.ctimeNs}`;
  });
  return { text: stamps.join("\n"), newest };
}
