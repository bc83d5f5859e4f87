import type { Git } from "./git.ts";

/**
 * A git that is started before it is known what to ask it, so that its start takes nobody's time, and that answers
 * once. Nor is its end waited for: what it prints tells when the answer is whole.
 */
export class StartedGit {
  readonly #git: Git;
  readonly #args: readonly string[];
  readonly #process;
  readonly #chunks: Buffer[] = [];
  #onChunk = () => {};

  /** @throws {GitFailure} when it cannot be started. */
  constructor(git: Git, args: readonly string[]) {
    this.#git = git;
    this.#args = args;
    this.#process = git.open(args, (chunk) => {
      this.#chunks.push(chunk);
      this.#onChunk();
    });
  }

  /**
   * @param ending What the answer ends with, and perhaps some beginnings of it too.
   * @param read Gives the answer; null while some of it is missing.
   * @throws {GitFailure} when git ends without a whole answer.
   */
  async ask<T>(input: string, ending: string, read: (output: Buffer) => T | null): Promise<T> {
    this.#process.end(input);
    return new Promise<T>((resolve, reject) => {
      let answer: T | null = null;
      const look = () => {
        answer ??= read(Buffer.concat(this.#chunks));
        if (answer !== null) resolve(answer);
      };
      this.#onChunk = () => {
        if (this.#chunks.at(-1)!.toString("latin1").endsWith(ending)) look();
      };
      this.#process.ended
        .then((result) => {
          look();
          if (answer === null) reject(this.#git.failure(this.#args, result));
        })
        .catch(reject);
    });
  }

  stop(): void {
    this.#process.stop();
  }
}
