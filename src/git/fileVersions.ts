import { HumanError } from "../domain/text/humanError.ts";
import { isLfsPointer, lfsPointerWords } from "../domain/text/lfsPointer.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type Instant, instantOfSeconds } from "../domain/time/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** Bytes of the largest file whose text is read. */
export const LARGEST_FILE = 4 * 1024 * 1024;

/**
 * A file's text at a commit; null when the commit or the file is not there. One process.
 * @throws {HumanError} when it is larger than 4 MiB, or a pointer to a file in Git LFS.
 */
export async function readFileAt({ git }: Repository, commit: string, path: string): Promise<string | null> {
  if (path.includes("\0")) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  const args = ["cat-file", "blob", `${revision(commit)}:${path}`];
  const result = await git.feed(args, {
    onData: (chunk) => {
      size += chunk.length;
      if (size <= LARGEST_FILE) chunks.push(chunk);
      else
        throw new HumanError(
          "service",
          `${plainText(path)} is larger than 4 MiB at ${commit}, so it is not read.`,
        );
    },
  });
  if (result.code === 0) {
    const text = Buffer.concat(chunks).toString("utf8");
    if (isLfsPointer(text)) throw new HumanError("service", lfsPointerWords(path));
    return text;
  }
  if (
    /does not exist|exists on disk, but not|[Ii]nvalid object name|is outside repository|bad file$/m.test(
      result.stderr,
    )
  )
    return null;
  throw git.failure(args, result);
}

/** The commits from HEAD, or another one, that changed a file, newest first, by their object names. One process. */
export async function fileHistory(
  { git }: Repository,
  path: string,
  limit: number,
  from = "HEAD",
): Promise<string[]> {
  const options = ["-z", "--format=%H", "--no-follow", "--no-show-signature", `--max-count=${limit}`];
  const args = ["log", ...options, "--end-of-options", revision(from), "--", path];
  const result = await git.ask(args);
  if (result.code === 0) return result.stdout.split("\0").filter((sha) => sha !== "");
  if (/bad revision 'HEAD'|does not have any commits/.test(result.stderr)) return [];
  throw git.failure(args, result);
}

/** A commit of a branch that changed a file; of a merge, the merge itself. */
interface FileChange {
  commit: string;
  /** When it was committed. */
  at: Instant;
}

/** The commits of a branch that brought a file to where it is, newest first, side branches left out. One process. */
export async function fileOnBranch(
  { git }: Repository,
  tip: string,
  path: string,
  limit: number,
): Promise<FileChange[]> {
  const options = [
    "-z",
    "--format=%H %ct",
    "--first-parent",
    "--no-follow",
    "--no-patch",
    "--no-show-signature",
    "--no-notes",
    `--max-count=${limit}`,
  ];
  const output = await git.read(["log", ...options, "--end-of-options", revision(tip), "--", path]);
  return output.split("\0").flatMap((line) => {
    const [commit, seconds] = line.trim().split(" ");
    return commit ? [{ commit, at: instantOfSeconds(seconds) ?? 0 }] : [];
  });
}

/**
 * The files that changed in the time before a commit, that commit included, by when things were committed. Two
 * processes, three in a shallow clone.
 * @param within Milliseconds, counted back from the commit's own date, so that everybody gets the same answer.
 * @returns Null when the history here ends inside that time: where it was cut, everything looks new.
 */
export async function recentFiles(
  repository: Repository,
  commit: string,
  within: number,
): Promise<string[] | null> {
  const { git } = repository;
  const tip = revision(commit);
  const date = await git.read([
    "log",
    "-1",
    "--no-show-signature",
    "--format=%ct",
    "--end-of-options",
    tip,
    "--",
  ]);
  const since = `--since=${new Date((instantOfSeconds(date.trim()) ?? 0) - within).toISOString()}`;
  const boundary = await repository.shallowBoundary();
  if (boundary.size > 0) {
    const commits = await git.read(["rev-list", since, "--end-of-options", tip, "--"]);
    if (commits.split("\n").some((sha) => boundary.has(sha))) return null;
  }
  // What was removed is no change that a test was given.
  const kinds = [
    "--name-only",
    "--no-renames",
    "--diff-filter=d",
    "--no-ext-diff",
    "--ignore-submodules=all",
  ];
  const options = ["-z", "--format=", "--no-show-signature", ...kinds, since];
  const output = await git.read(["log", ...options, "--end-of-options", tip, "--"]);
  return [...new Set(output.split("\0").filter((path) => path !== ""))];
}
