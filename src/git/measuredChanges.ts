import { LFS_POINTER_LINE } from "../domain/lfsPointer.ts";
import type { ChangedFile } from "./changedFiles.ts";
import { type CommitRange, changedFiles, EMPTY_TREE } from "./history.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** A patch that is larger tells enough by that. */
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
export async function measuredChanges(repository: Repository, range: CommitRange): Promise<ChangedFile[]> {
  const [files, sizes] = await Promise.all([changedFiles(repository, range), patchSizes(repository, range)]);
  return measuredBy(files, sizes);
}

/** Files with their lines as a patch of the same trees has them. */
export function measuredBy(files: readonly ChangedFile[], sizes: readonly PatchSize[]): ChangedFile[] {
  let next = 0;
  return files.map((file) => {
    // A file that becomes a link is told as one that goes and one that comes.
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
export const PATCH_KINDS = [
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
export class PatchCounter {
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

  /** False: that is enough. What was not counted to its end cannot be counted. */
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
      // Where somebody has set a context after all.
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
    // What other programs take for the end of a line, git does not.
    const breaks = line.match(OTHER_BREAKS)?.length ?? 0;
    const long = line.length > LONGEST_LINE ? Math.ceil(line.length / USUAL_LINE) : 1;
    return Math.max(breaks + 1, long);
  }
}

/** A lone carriage return, NEL, and the separators of Unicode, as bytes of UTF-8. */
const OTHER_BREAKS = /\r(?=[^\n])|\xc2\x85|\xe2\x80[\xa8\xa9]/g;
