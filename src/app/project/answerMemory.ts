import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "../../git/repository.ts";

/** An answer, and the hash of what it follows from. */
type Entry = readonly [key: string, answer: unknown];

/** For each repository; the ones used last stay. */
const KEPT = 24;

/** Characters of the largest answer that is kept: reading it must be quicker than asking git again. */
const LARGEST = 256 * 1024;

/**
 * What git was found to answer, from one start of the program to the next. Only what follows from object names and the
 * program alone: with replacements and grafts switched off such an answer cannot be out of date. It lies in the
 * person's own folder, and no gate goes by it.
 */
export class AnswerMemory {
  readonly #file: string;
  readonly #folder: string;
  readonly #program: string;
  readonly #keeps: boolean;
  #entries: Entry[] | null = null;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param folder Of the program's own.
   * @param program Names the very build that asks.
   * @param repository Where its history is cut nothing is kept: a fetch may change every answer.
   */
  constructor(folder: string, program: string, { root, gitDir, shallow }: Repository) {
    this.#folder = folder;
    this.#program = program;
    this.#file = join(folder, `${hash(root ?? gitDir)}.json`);
    this.#keeps = !shallow;
  }

  /** The answer that was found before, else what `ask` gives, which is then kept. A failure is not. */
  async of<T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> {
    if (!this.#keeps) return ask();
    const name = hash(JSON.stringify([this.#program, ...key]));
    const known = this.#all().find(([each]) => each === name);
    if (known) return known[1] as T;
    const answer = await ask();
    if (JSON.stringify(answer).length <= LARGEST) this.#keep([name, answer]);
    return answer;
  }

  #all(): readonly Entry[] {
    this.#entries ??= readEntries(this.#file);
    return this.#entries;
  }

  // That it cannot be kept is no loss.
  #keep(entry: Entry): void {
    this.#entries = [entry, ...this.#all()].slice(0, KEPT);
    const write = async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(this.#file, JSON.stringify({ entries: this.#entries }), { mode: 0o600 });
    };
    // One after the other, or an earlier one would end up on top of a later.
    this.#writing = this.#writing.then(write).catch(() => {});
  }
}

function readEntries(file: string): Entry[] {
  try {
    const { entries } = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 40);
