import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";
import { type GitObject, ObjectFrames } from "./objects.ts";

const ARGS = ["--no-replace-objects", "cat-file", "--batch"];

interface Request {
  resolve: (object: GitObject) => void;
  reject: (error: unknown) => void;
}

/** A conversation with one `cat-file`: each answer takes a tenth of a millisecond, a process of its own some more. */
export class ObjectReader {
  readonly #git: Git;
  readonly #process: GitProcess;
  readonly #waiting: Request[] = [];
  #failure: unknown = null;

  /** @param largest Bytes of the largest object of a type whose content is wanted. */
  constructor(git: Git, largest: (type: string) => number) {
    this.#git = git;
    const frames = new ObjectFrames(largest, ({ type, content }) =>
      this.#waiting.shift()?.resolve({ type, content: content && Buffer.from(content) }),
    );
    this.#process = git.open(ARGS, (chunk) => frames.push(chunk));
    this.#process.ended.then(
      (ending) => this.#fail(this.#git.failure(ARGS, ending)),
      (error) => this.#fail(error),
    );
  }

  /**
   * Several may be asked for at once.
   * @param name An object name, perhaps with a suffix such as `^{tree}`; never text from outside.
   * @throws {GitFailure} when git ends before it has answered.
   */
  read(name: string): Promise<GitObject> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#process.write(`${name}\n`);
    });
  }

  close(): void {
    this.#process.end();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
