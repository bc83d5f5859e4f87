import { randomUUID } from "node:crypto";
import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";

/**
 * A conversation with one `diff-tree` that compares many trees, one pair after the other. What it is told and cannot
 * read as an object it prints as it is, which ends an answer: a word that nobody can guess.
 */
export class TreeComparer {
  readonly #git: Git;
  readonly #args: readonly string[];
  readonly #process: GitProcess;
  readonly #end = `--${randomUUID()}\n`;
  #onData: ((chunk: Buffer) => void) | null = null;
  #fail: ((error: unknown) => void) | null = null;
  #broken: unknown = null;

  /** @param kinds What is told of each difference, as options of `diff-tree`. */
  constructor(git: Git, kinds: readonly string[]) {
    this.#git = git;
    this.#args = ["diff-tree", "--stdin", "-r", ...kinds];
    this.#process = git.open(this.#args, (chunk) => this.#onData?.(chunk));
    this.#process.ended.then(
      (ending) => this.#break(this.#git.failure(this.#args, ending)),
      (error) => this.#break(error),
    );
  }

  /**
   * What is different, as git prints it; the bytes in chunks. One after the other.
   * @param from Object names of trees.
   * @throws {GitFailure} when one of them, or what is in it, is not there.
   */
  compare(from: string, to: string, onData: (chunk: Buffer) => void): Promise<void> {
    const [head, end] = [Buffer.from(`${from} ${to}\n`), Buffer.from(this.#end)];
    let isHeadRead = false;
    let rest = Buffer.alloc(0);
    return new Promise<void>((resolve, reject) => {
      if (this.#broken) return reject(this.#broken);
      this.#fail = reject;
      this.#onData = (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        if (!isHeadRead) {
          // Of a tree that is not there git says nothing, which is not the same as that nothing is different.
          if (rest.indexOf(end) === 0) return this.#give(() => reject(this.#missing(from, to)));
          if (rest.length < head.length) return;
          if (!rest.subarray(0, head.length).equals(head)) return reject(this.#missing(from, to));
          isHeadRead = true;
          rest = rest.subarray(head.length);
        }
        const isOver = rest.subarray(-end.length).equals(end);
        // The end may come in two parts.
        const ready = isOver ? rest.length - end.length : Math.max(0, rest.length - end.length);
        if (ready > 0) onData(rest.subarray(0, ready));
        rest = rest.subarray(ready);
        if (isOver) this.#give(resolve);
      };
      this.#process.write(`${from} ${to}\n${this.#end}`);
    });
  }

  close(): void {
    this.#process.end();
  }

  #give(answer: () => void): void {
    this.#onData = null;
    this.#fail = null;
    answer();
  }

  #break(error: unknown): void {
    this.#broken = error;
    this.#fail?.(error);
  }

  #missing(from: string, to: string): unknown {
    const stderr = `${from} or ${to} is not here`;
    return this.#git.failure(this.#args, { code: 128, stderr });
  }
}
