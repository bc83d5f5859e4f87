import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Policy } from "../domain/policy/policy.ts";

/**
 * What policies say, from one start of the program to the next: YAML and its schema take longer to load than all the
 * rest. A policy is a function of its text and of the program that reads it, so nothing here can be out of date.
 */
export class PolicyMemory {
  readonly #folder: string;
  readonly #program: string;

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
    try {
      const { key, policy } = JSON.parse(readFileSync(this.#file(root), "utf8"));
      return key === this.#key(text) ? policy : null;
    } catch {
      return null;
    }
  }

  /** Keeps the newest policy of a folder, in order as it is. That it cannot be kept is no loss. */
  async keep(root: string, text: string, policy: Policy): Promise<void> {
    const file = this.#file(root);
    await mkdir(this.#folder, { recursive: true })
      .then(() => writeFile(file, JSON.stringify({ key: this.#key(text), policy })))
      .catch(() => {});
  }

  #file(root: string): string {
    return join(this.#folder, `${hash(root)}.json`);
  }

  #key(text: string): string {
    return hash(JSON.stringify([this.#program, text]));
  }
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 40);
