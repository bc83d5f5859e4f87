import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";
import {
  type GitObject,
  isTree,
  ObjectFrames,
  type ObjectReader,
  parseTree,
  type TreeEntry,
  TreeLines,
} from "./objects.ts";

/** How many files are listed before the first are read, and before the next are. */
const BATCH = 25_000;

/** A batch of more files than this is shared by two readers. */
const FOR_ONE = 1_000;

interface TreeVisit {
  /** Bytes of the largest file whose content is wanted. */
  largest: number;
  /** Whether the content of an entry is to be read. */
  wants: (entry: TreeEntry) => boolean;
  onFile: (entry: TreeEntry, object: GitObject) => void;
}

/**
 * Reads the files below a tree, in no order. Git lists a large tree while it reads the first files already: two
 * processes, and a third for a large tree.
 *
 * The files are named by time, and what came in together lies together in a pack, often each as the difference to the
 * one before. So git is asked for the last names first: in the order of the tree it would put most of them together
 * again and again.
 * @param treeish An object name, perhaps with a suffix; never text from outside.
 * @throws {GitFailure} when there is no such tree, or an object cannot be read.
 */
export async function readTree(git: Git, treeish: string, visit: TreeVisit): Promise<void> {
  const readers: BulkReader[] = [];
  let batch: TreeEntry[] = [];
  const ask = () => {
    const entries = lastNamesFirst(batch);
    const half = entries.length > FOR_ONE ? Math.ceil(entries.length / 2) : entries.length;
    for (const [i, part] of [entries.slice(0, half), entries.slice(half)].entries()) {
      if (part.length === 0) continue;
      readers[i] ??= new BulkReader(git, visit);
      readers[i].read(part);
    }
    batch = [];
  };
  const take = (entry: TreeEntry) => {
    if (visit.wants(entry)) batch.push(entry);
    if (batch.length === BATCH) ask();
  };
  try {
    await listTree(git, treeish, take);
    ask();
    await Promise.all(readers.map((reader) => reader.finish()));
  } catch (error) {
    for (const reader of readers) reader.stop();
    throw error;
  }
}

async function listTree(git: Git, treeish: string, onEntry: (entry: TreeEntry) => void): Promise<void> {
  const args = ["--no-replace-objects", "ls-tree", "-r", "-z", "--full-tree", treeish];
  let listed = 0;
  const list = (spooled: boolean) => {
    let known = listed;
    const lines = new TreeLines((entry) => {
      if (known-- > 0) return;
      listed++;
      onEntry(entry);
    });
    const listing = git.open(args, (chunk) => lines.push(chunk), { spooled });
    listing.end();
    return listing.ended;
  };
  // The disk for temporary files may be full: then the rest comes through a pipe.
  const first = await list(true);
  if (first.code === 0) return;
  const second = await list(false);
  if (second.code !== 0) throw git.failure(args, second);
}

/** How many letters after the common prefix are compared: together they fit into one exact number. */
const TELLING = 8;

// About in the order of their names, by eight letters of each: to compare the names as texts takes ten times as long.
function lastNamesFirst(entries: readonly TreeEntry[]): TreeEntry[] {
  const starts = entries.map(({ path }) => path.lastIndexOf("/") + 1);
  const same = sameLetters(entries, starts);
  const keys = Float64Array.from(entries, ({ path }, i) => {
    let key = 0;
    for (let at = starts[i]! + same, end = at + TELLING; at < end; at++)
      key = key * 64 + Math.max(0, Math.min(63, path.charCodeAt(at) - 48 || 0));
    return key;
  });
  const places = Uint32Array.from(entries, (_, i) => i).sort((a, b) => keys[b]! - keys[a]!);
  return Array.from(places, (place) => entries[place]!);
}

/** How many letters all names begin with. */
function sameLetters(entries: readonly TreeEntry[], starts: readonly number[]): number {
  const first = entries[0]?.path.slice(starts[0]) ?? "";
  let same = first.length;
  entries.forEach(({ path }, i) => {
    let at = 0;
    while (at < same && path.charCodeAt(starts[i]! + at) === first.charCodeAt(at)) at++;
    same = at;
  });
  return same;
}

// One `cat-file` that is asked for many files; it answers in the order of the requests.
class BulkReader {
  static readonly #ARGS = ["--no-replace-objects", "cat-file", "--batch", "--buffer"];
  readonly #git: Git;
  readonly #visit: TreeVisit;
  readonly #spooled: boolean;
  readonly #process: GitProcess;
  readonly #asked: TreeEntry[] = [];
  #answered = 0;
  #stopped = false;
  /** Reads what is still missing. */
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

  read(entries: readonly TreeEntry[]): void {
    for (const entry of entries) this.#asked.push(entry);
    this.#process.write(entries.map(({ oid }) => `${oid}\n`).join(""));
  }

  async finish(): Promise<void> {
    this.#process.end();
    const ending = await this.#process.ended;
    if (ending.code === 0 || this.#stopped) return;
    if (!this.#spooled) throw this.#git.failure(BulkReader.#ARGS, ending);
    // The disk for temporary files may be full: then the rest comes through a pipe.
    this.#rest = new BulkReader(this.#git, this.#visit, { spooled: false });
    this.#rest.read(this.#asked.slice(this.#answered));
    await this.#rest.finish();
  }

  stop(): void {
    this.#stopped = true;
    this.#process.stop();
    this.#rest?.stop();
  }
}

/**
 * What was added between two trees: the entries that are no trees, with their paths. Only folders that differ are
 * read. Null when something else than additions happened, or one of the trees is not there.
 * @param before Object name of a tree, or of something that leads to one (`<commit>^{tree}`).
 * @param oidBytes How long object names are here: 20 or 32.
 */
export async function treeAdditions(
  reader: ObjectReader,
  before: string,
  after: string,
  oidBytes: number,
): Promise<TreeEntry[] | null> {
  return compare(before, after, "");

  async function compare(old: string | null, now: string, folder: string): Promise<TreeEntry[] | null> {
    const [left, right] = await Promise.all([old === null ? [] : entries(old, folder), entries(now, folder)]);
    if (left === null || right === null) return null;
    const known = new Map(left.map((entry) => [entry.path, entry]));
    const added: TreeEntry[] = [];
    const folders: Promise<TreeEntry[] | null>[] = [];
    for (const entry of right) {
      const other = known.get(entry.path);
      known.delete(entry.path);
      if (other?.oid === entry.oid && other.mode === entry.mode) continue;
      if (other && !(isTree(other) && isTree(entry))) return null;
      if (isTree(entry)) folders.push(compareLater(other?.oid ?? null, entry));
      else added.push(entry);
    }
    if (known.size > 0) return null;
    for (const inner of await Promise.all(folders)) {
      if (inner === null) return null;
      for (const entry of inner) added.push(entry);
    }
    return added;
  }

  function compareLater(old: string | null, { oid, path }: TreeEntry): Promise<TreeEntry[] | null> {
    const inner = compare(old, oid, `${path}/`);
    // It is no longer needed once another folder has decided the answer.
    inner.catch(() => {});
    return inner;
  }

  async function entries(name: string, folder: string): Promise<TreeEntry[] | null> {
    const { type, content } = await reader.read(name);
    return type === "tree" && content ? parseTree(content, oidBytes, folder) : null;
  }
}
