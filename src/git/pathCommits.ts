import { randomUUID } from "node:crypto";
import { foldersOf, pathMatcher } from "../domain/text/pathPatterns.ts";
import type { ChangedFile } from "./changes.ts";
import { type Commit, commitsOf } from "./history.ts";
import type { Repository } from "./repository.ts";
import { type CommitRange, ends } from "./revision.ts";

/**
 * The commits of a range that change a service's files, newest first, each with those that it changes. What a commit
 * changes is told against its first parent, so that a merge of a branch is where the branch's work came in; that of each
 * commit on the branch is told as well. One process.
 *
 * Git could leave out the others by itself, and would then leave out what was changed on a branch and changed back where
 * it was merged: a commit has to be in exactly one drop, whatever became of it.
 * @throws {HumanError} when one of the ends is not there.
 */
export async function touchingCommits(
  repository: Repository,
  range: CommitRange,
): Promise<Map<string, string[]>> {
  return touched(repository, [ends(range)], range.paths ?? []);
}

export const countTouching = async (repository: Repository, range: CommitRange): Promise<number> =>
  (await touchingCommits(repository, range)).size;

/** Those of a range as `listCommits` gives them. Two processes. */
export async function listTouching(
  repository: Repository,
  range: CommitRange,
  limit: number,
): Promise<Commit[]> {
  const own = [...(await touchingCommits(repository, range)).keys()].slice(0, limit);
  if (own.length === 0) return [];
  return commitsOf(repository, ["--no-walk=unsorted", "--stdin"], limit, `${own.join("\n")}\n`);
}

/** The same for all that some revisions name, as arguments of `git log`. */
export async function touched(
  { git }: Repository,
  revisions: readonly string[],
  paths: readonly string[],
  flags: readonly string[] = [],
): Promise<Map<string, string[]>> {
  // A file's name may hold anything but this.
  const mark = `\u0001${randomUUID()}`;
  const kinds = ["--name-only", "--diff-merges=first-parent", "--no-renames", "--ignore-submodules=none"];
  const walk = ["--full-history", "--sparse", "--topo-order", "--no-show-signature", ...flags];
  const args = ["-c", "log.showRoot=true", "log", "-z", `--format=${mark}%H`, ...kinds, ...walk];
  const output = await git.read([...args, "--end-of-options", ...revisions, "--", ...pathspecs(paths)]);
  const isOwn = pathMatcher(paths);
  const commits = new Map<string, string[]>();
  let files: string[] = [];
  let sha = "";
  const end = () => {
    if (files.length > 0) commits.set(sha, files);
    files = [];
  };
  for (const token of output.split("\0")) {
    if (token.startsWith(mark)) {
      end();
      sha = token.slice(mark.length);
      continue;
    }
    // The first name stands on a line of its own.
    const path = files.length === 0 && token.startsWith("\n") ? token.slice(1) : token;
    if (path !== "" && isOwn(path)) files.push(path);
  }
  end();
  return commits;
}

/** What git, which takes a path for nothing but a path here, need not look beyond; the patterns themselves are matched by the policy's own rules. */
export const pathspecs = (paths: readonly string[]): string[] => foldersOf(paths) ?? [];

/** Leaves of some files those that a range means; a renamed one by either name. */
export function filesWithin({ paths }: Pick<CommitRange, "paths">, files: ChangedFile[]): ChangedFile[] {
  if (!paths) return files;
  const isOwn = pathMatcher(paths);
  return files.filter(({ path, from }) => isOwn(path) || (from !== null && isOwn(from)));
}
