import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Policy } from "../../domain/policy/policy.ts";

/** A text and the program that read it, as one hash, and what the text says. */
type Entry = readonly [key: string, policy: Policy];

/** For each folder: the one in force, the one at hand, and those by which its last drops were judged. */
const KEPT = 6;

/**
 * What policies say, from one start of the program to the next: YAML and its schema take longer to load than all the
 * rest. A policy is a function of its text and of the program that reads it, so nothing here can be out of date.
 */
export class PolicyMemory {
  readonly #folder: string;
  readonly #program: string;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param folder Of the program's own.
   * @param program Names the very build that reads policies.
   */
  constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** The policy that this text is; null where that is not known. One small file, read at once. */
  recall(root: string, text: string): Policy | null {
    const key = this.#key(text);
    return this.#entries(root).find(([known]) => known === key)?.[1] ?? null;
  }

  /** Keeps a policy of a folder, in order as it is, and a few of those before. That it cannot be kept is no loss. */
  keep(root: string, text: string, policy: Policy): Promise<void> {
    const key = this.#key(text);
    // One after the other, or the later would lose what the earlier has kept.
    this.#writing = this.#writing.then(async () => {
      const others = this.#entries(root).filter(([known]) => known !== key);
      const entries: Entry[] = [[key, policy], ...others.slice(0, KEPT - 1)];
      await mkdir(this.#folder, { recursive: true })
        .then(() => writeFile(this.#file(root), JSON.stringify({ entries })))
        .catch(() => {});
    });
    return this.#writing;
  }

  #entries(root: string): readonly Entry[] {
    try {
      const { entries } = JSON.parse(readFileSync(this.#file(root), "utf8"));
      return Array.isArray(entries) ? entries : [];
    } catch {
      return [];
    }
  }

  #file(root: string): string {
    return join(this.#folder, `${hash(root)}.json`);
  }

  #key(text: string): string {
    return hash(JSON.stringify([this.#program, text]));
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 40);
