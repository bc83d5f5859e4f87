import { randomUUID } from "node:crypto";
import { HumanError } from "../domain/text/humanError.ts";
import { isLfsPointer, LFS_POINTER_LINE, lfsPointerWords } from "../domain/text/lfsPointer.ts";
import { type ChangedFile, changedFiles, FILE_KINDS, parseChanges } from "./changes.ts";
import { LARGEST_FILE, readFileAt } from "./fileVersions.ts";
import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";
import { blobAt, kindOf, ObjectReader, parseTree, type TreeBlob } from "./objects.ts";
import type { Repository } from "./repository.ts";
import { type CommitRange, EMPTY_TREE, revision } from "./revision.ts";

/** How the content of drops is read. */
export interface DropSource {
  /** The files that a range changes. @throws {HumanError} if one of its ends does not exist. */
  changed(range: CommitRange): Promise<ChangedFile[]>;
  /** The same with their lines counted as `measuredChanges` does. */
  measured(range: CommitRange): Promise<ChangedFile[]>;
  /** As `readFileAt`. */
  file(commit: string, path: string): Promise<string | null>;
}

/** A process or two for each answer. */
export const oneByOne = (repository: Repository): DropSource => ({
  changed: (range) => changedFiles(repository, range),
  measured: (range) => measuredChanges(repository, range),
  file: (commit, path) => readFileAt(repository, commit, path),
});

const LARGEST_COMMIT = 256 * 1024;

/**
 * The same for many drops, one after the other, in three processes at most. Whatever fails in a conversation is
 * asked again on its own, so that it fails with its usual error.
 */
export class DropReader implements DropSource {
  readonly #repository: Repository;
  readonly #single: DropSource;
  readonly #trees = new Map<string, string>();
  #objects: ObjectReader | null = null;
  #files: TreeComparer | null = null;
  #patches: TreeComparer | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#single = oneByOne(repository);
  }

  async changed(range: CommitRange): Promise<ChangedFile[]> {
    try {
      this.#files ??= new TreeComparer(this.#repository.git, ["-z", ...FILE_KINDS]);
      const chunks: Buffer[] = [];
      await this.#compare(this.#files, range, (chunk) => chunks.push(Buffer.from(chunk)));
      return parseChanges(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#files?.close();
      this.#files = null;
      return this.#single.changed(range);
    }
  }

  async measured(range: CommitRange): Promise<ChangedFile[]> {
    const files = await this.changed(range);
    try {
      this.#patches ??= new TreeComparer(this.#repository.git, PATCH_KINDS);
      const counter = new PatchCounter();
      await this.#compare(this.#patches, range, (chunk) => {
        // A separate process would read no more, and this one can be stopped.
        if (!counter.push(chunk)) throw new HumanError("service", "There is more than is read.");
      });
      return measuredBy(files, counter.files);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#patches?.close();
      this.#patches = null;
      return this.#single.measured(range);
    }
  }

  async file(commit: string, path: string): Promise<string | null> {
    // Git ends a request with a line, and what it cannot find it names in words.
    if (/\s/.test(path)) return this.#single.file(commit, path);
    const { type, content } = await this.#read(`${commit}:${path}`);
    if (type !== "blob") return null;
    if (content === null) return this.#single.file(commit, path);
    const text = content.toString("utf8");
    if (isLfsPointer(text)) throw new HumanError("service", lfsPointerWords(path));
    return text;
  }

  /** As `blobAt`, of a file in a folder at the top. */
  async entry(commit: string, path: string): Promise<TreeBlob | null> {
    const [folder = "", name = ""] = path.split("/");
    const { type, content } = await this.#read(`${commit}:${folder}`);
    if (type !== "tree") return null;
    if (content === null) return blobAt(this.#repository, commit, path);
    const bytes = this.#repository.objectFormat === "sha256" ? 32 : 20;
    const found = parseTree(content, bytes, "").find((each) => each.path === name);
    return found ? { oid: found.oid, kind: kindOf(found.mode) } : null;
  }

  close(): void {
    for (const each of [this.#objects, this.#files, this.#patches]) each?.close();
  }

  async #compare(comparer: TreeComparer, { from, to }: CommitRange, onData: (chunk: Buffer) => void) {
    const { objectFormat } = this.#repository;
    const before = from === null ? EMPTY_TREE[objectFormat] : await this.#treeOf(from);
    await comparer.compare(before, await this.#treeOf(to), onData);
  }

  async #treeOf(commit: string): Promise<string> {
    const known = this.#trees.get(commit);
    if (known !== undefined) return known;
    const { type, content } = await this.#read(commit);
    const [, tree] = /^tree ([0-9a-f]+)\n/.exec(content?.toString("latin1", 0, 80) ?? "") ?? [];
    if (type !== "commit" || tree === undefined) throw new HumanError("service", `${commit} is not here.`);
    this.#trees.set(commit, tree);
    return tree;
  }

  #read(name: string) {
    this.#objects ??= new ObjectReader(this.#repository.git, (type) =>
      type === "blob" ? LARGEST_FILE : LARGEST_COMMIT,
    );
    return this.#objects.read(name);
  }
}

/** A larger patch counts as large without being read to its end. */
const LARGEST_PATCH = 64 * 1024 * 1024;
/** A line that is longer counts as several, of so many bytes: statements can be written without line breaks. */
const LONGEST_LINE = 500;
const USUAL_LINE = 100;

/**
 * The files that a range changes, their lines counted by what the patch holds and not by what `.gitattributes` says of
 * them. Null where nobody can count them: a binary file, a submodule, a pointer to a file in Git LFS, and whatever
 * comes after 64 MiB of changes. Two processes.
 * @throws {HumanError} when one of the ends is not there.
 */
async function measuredChanges(repository: Repository, range: CommitRange): Promise<ChangedFile[]> {
  const [files, sizes] = await Promise.all([changedFiles(repository, range), patchSizes(repository, range)]);
  return measuredBy(files, sizes);
}

/** Files with their lines as a patch of the same trees has them. */
function measuredBy(files: readonly ChangedFile[], sizes: readonly PatchSize[]): ChangedFile[] {
  let next = 0;
  return files.map((file) => {
    // A file that becomes a link is listed as one deletion and one addition.
    const wanted = file.status === "type-changed" ? 2 : 1;
    const parts = sizes.slice(next, next + wanted);
    next += wanted;
    const whole =
      file.kind !== "submodule" && parts.length === wanted && parts.every(({ countable }) => countable);
    const sum = (side: "additions" | "deletions") =>
      whole ? parts.reduce((total, part) => total + part[side], 0) : null;
    return { ...file, additions: sum("additions"), deletions: sum("deletions") };
  });
}

/** What a `PatchCounter` reads, as options of `diff-tree`. */
const PATCH_KINDS = [
  "-p",
  "-U0",
  "-M",
  "--text",
  "--no-color",
  "--submodule=short",
  "--ignore-submodules=none",
  "--no-ext-diff",
  "--no-textconv",
  "--no-indent-heuristic",
];

interface PatchSize {
  additions: number;
  deletions: number;
  countable: boolean;
}

async function patchSizes({ git, objectFormat }: Repository, range: CommitRange): Promise<PatchSize[]> {
  const before = range.from === null ? EMPTY_TREE[objectFormat] : revision(range.from);
  const args = ["diff-tree", "-r", ...PATCH_KINDS, "--end-of-options", before, revision(range.to), "--"];
  const counter = new PatchCounter();
  const process = git.open(args, (chunk) => {
    if (!counter.push(chunk)) process.stop();
  });
  process.end();
  const result = await process.ended;
  if (result.code !== 0 && !counter.isFull) throw git.failure(args, result);
  return counter.files;
}

/** Counts the changed lines of each file of a patch without context, as it comes. */
class PatchCounter {
  readonly files: PatchSize[] = [];
  /** Bytes of a line whose end has not come yet. */
  #rest: string[] = [];
  #size = 0;
  /** Lines of a hunk that are still to come. */
  #removed = 0;
  #added = 0;

  get isFull(): boolean {
    return this.#size > LARGEST_PATCH;
  }

  /** False: the limit is reached. A file that was not counted to its end has no count. */
  push(chunk: Buffer): boolean {
    if (this.isFull) return false;
    this.#size += chunk.length;
    const text = chunk.toString("latin1");
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = text.slice(start, end);
      this.#line(this.#rest.length === 0 ? line : [...this.#rest.splice(0), line].join(""));
      start = end + 1;
    }
    if (start < text.length) this.#rest.push(text.slice(start));
    if (!this.isFull) return true;
    const last = this.files.at(-1);
    if (last) last.countable = false;
    return false;
  }

  #line(line: string): void {
    const file = this.files.at(-1);
    if (file && line.startsWith("-") && this.#removed > 0) {
      this.#removed--;
      file.deletions += this.#count(file, line);
    } else if (file && line.startsWith("+") && this.#added > 0) {
      this.#added--;
      file.additions += this.#count(file, line);
    } else if (this.#removed > 0 || this.#added > 0) {
      // If the configuration sets a context after all.
      if (!line.startsWith(" ")) return;
      this.#removed--;
      this.#added--;
    } else if (line.startsWith("diff --git "))
      this.files.push({ additions: 0, deletions: 0, countable: true });
    else if (line.startsWith("@@ ")) {
      const [, removed = "1", added = "1"] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
      this.#removed = Number(removed);
      this.#added = Number(added);
    } else if (file && line.startsWith("Binary files ")) file.countable = false;
  }

  #count(file: PatchSize, line: string): number {
    if (line.includes("\0") || LFS_POINTER_LINE.test(line)) file.countable = false;
    // Other programs end a line at more characters than git does.
    const breaks = line.match(OTHER_BREAKS)?.length ?? 0;
    const long = line.length > LONGEST_LINE ? Math.ceil(line.length / USUAL_LINE) : 1;
    return Math.max(breaks + 1, long);
  }
}

/** A lone carriage return, NEL, and the separators of Unicode, as bytes of UTF-8. */
const OTHER_BREAKS = /\r(?=[^\n])|\xc2\x85|\xe2\x80[\xa8\xa9]/g;

/**
 * A conversation with one `diff-tree` that compares many trees, one pair after the other. Input that it cannot
 * read as an object is printed as it is, which marks the end of an answer: a word that nobody can guess.
 */
class TreeComparer {
  readonly #git: Git;
  readonly #args: readonly string[];
  readonly #process: GitProcess;
  readonly #end = `--${randomUUID()}\n`;
  #onData: ((chunk: Buffer) => void) | null = null;
  #fail: ((error: unknown) => void) | null = null;
  #broken: unknown = null;

  /** @param kinds What is printed of each difference, as options of `diff-tree`. */
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
          // For a missing tree git prints nothing, which does not mean that nothing is different.
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
