import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";
import { type GitObject, ObjectFrames } from "./objectFrames.ts";
import { type TreeEntry, TreeLines } from "./treeEntry.ts";

/** Two readers share a large tree, in turns of this many files. */
const TURN = 1_000;

export interface TreeVisit {
  /** Bytes of the largest file whose content is wanted. */
  largest: number;
  /** Whether the content of an entry is to be read. */
  wants: (entry: TreeEntry) => boolean;
  onFile: (entry: TreeEntry, object: GitObject) => void;
}

/**
 * Reads the files below a tree, in no order. Git lists the tree while it reads the files already: two processes, and
 * a third for a large tree.
 * @param treeish An object name, perhaps with a suffix; never text from outside.
 * @throws {GitFailure} when there is no such tree, or an object cannot be read.
 */
export async function readTree(git: Git, treeish: string, visit: TreeVisit): Promise<void> {
  const readers: BulkReader[] = [];
  let wanted = 0;
  const readerFor = (i: number) => {
    const turn = Math.floor(i / TURN) % 2;
    readers[turn] ??= new BulkReader(git, visit);
    return readers[turn];
  };
  const args = ["--no-replace-objects", "ls-tree", "-r", "-z", "--full-tree", treeish];
  const lines = new TreeLines((entry) => {
    if (visit.wants(entry)) readerFor(wanted++).want(entry);
  });
  try {
    const onData = (chunk: Buffer) => {
      lines.push(chunk);
      for (const reader of readers) reader.send();
    };
    const result = await git.feed(args, { onData });
    if (result.code !== 0) throw git.failure(args, result);
    await Promise.all(readers.map((reader) => reader.finish()));
  } catch (error) {
    for (const reader of readers) reader.stop();
    throw error;
  }
}

// One `cat-file` that is asked for many files; it answers in the order of the asking.
class BulkReader {
  static readonly #ARGS = ["--no-replace-objects", "cat-file", "--batch", "--buffer"];
  readonly #git: Git;
  readonly #visit: TreeVisit;
  readonly #spooled: boolean;
  readonly #process: GitProcess;
  readonly #asked: TreeEntry[] = [];
  #unsent: string[] = [];
  #answered = 0;
  #stopped = false;
  /** Who reads what did not come. */
  #rest: BulkReader | null = null;

  constructor(git: Git, visit: TreeVisit, { spooled = true } = {}) {
    this.#git = git;
    this.#visit = visit;
    this.#spooled = spooled;
    const frames = new ObjectFrames(
      () => visit.largest,
      (object) => visit.onFile(this.#asked[this.#answered++]!, object),
    );
    this.#process = git.open(BulkReader.#ARGS, (chunk) => frames.push(chunk), { spooled });
  }

  want(entry: TreeEntry): void {
    this.#asked.push(entry);
    this.#unsent.push(`${entry.oid}\n`);
  }

  send(): void {
    if (this.#unsent.length > 0) this.#process.write(this.#unsent.join(""));
    this.#unsent = [];
  }

  async finish(): Promise<void> {
    this.send();
    this.#process.end();
    const ending = await this.#process.ended;
    if (ending.code === 0 || this.#stopped) return;
    if (!this.#spooled) throw this.#git.failure(BulkReader.#ARGS, ending);
    // The disk for temporary files may be full: what is missing comes through a pipe.
    this.#rest = new BulkReader(this.#git, this.#visit, { spooled: false });
    for (const entry of this.#asked.slice(this.#answered)) this.#rest.want(entry);
    await this.#rest.finish();
  }

  stop(): void {
    this.#stopped = true;
    this.#process.stop();
    this.#rest?.stop();
  }
}
