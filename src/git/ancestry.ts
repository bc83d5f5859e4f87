import { type Instant, instantOfSeconds } from "../domain/time/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** Which of these commits are not in the repository. One process. @param commits Full object names. */
export async function missingCommits({ git }: Repository, commits: readonly string[]): Promise<Set<string>> {
  const input = commits.map((commit) => `${revision(commit)}\n`).join("");
  const args = ["--no-replace-objects", "cat-file", "--batch-check=%(objecttype)"];
  const { stdout } = await git.feed(args, { input });
  const lines = stdout.toString().split("\n");
  return new Set(commits.filter((_, i) => lines[i] !== "commit"));
}

/** Whether a commit is another one, or an ancestor of it. At most one process. */
export async function isAncestor({ git }: Repository, older: string, newer: string): Promise<boolean> {
  if (older === newer) return true;
  const args = ["merge-base", "--is-ancestor", revision(older), revision(newer)];
  const result = await git.ask(args);
  if (result.code === 0 || result.code === 1) return result.code === 0;
  throw git.failure(args, result);
}

/** Whether part of the history between two commits is missing here. One process in a shallow clone, else none. */
export async function cutsInside(repository: Repository, from: string, to: string): Promise<boolean> {
  const boundary = await repository.shallowBoundary();
  if (boundary.size === 0) return false;
  const args = ["rev-list", "--end-of-options", `${revision(from)}..${revision(to)}`, "--"];
  const result = await repository.git.ask(args);
  // One of the ends is missing: the history is cut indeed.
  if (result.code !== 0) return true;
  return result.stdout.split("\n").some((commit) => boundary.has(commit));
}

/**
 * When a branch got a commit: directly, or by the merge that brought it; null if it has not, or the commit is unknown
 * here. At most three processes.
 * @param says One of these is in the message of the commit that stands for it, if it was squashed or rebased on the
 *   way; the first such commit after `since` counts.
 */
export async function joinedAt(
  repository: Repository,
  { commit, branch, says, since }: { commit: string; branch: string; says: readonly string[]; since: string },
): Promise<{ commit: string; at: Instant } | null> {
  const { git } = repository;
  const log = async (options: readonly string[], range: string) => {
    const plain = ["--first-parent", "--format=%H %P,%ct", "--no-show-signature"];
    const { code, stdout } = await git.ask(["log", ...plain, ...options, "--end-of-options", range, "--"]);
    const line = code === 0 ? stdout.split("\n").findLast((each) => each !== "") : undefined;
    const [, oid, parent, seconds] = /^(\S+) (\S*)[^,]*,(\d+)$/.exec(line ?? "") ?? [];
    return oid === undefined ? null : { commit: oid, parent: parent!, at: instantOfSeconds(seconds) ?? 0 };
  };
  const held =
    (await missingCommits(repository, [commit])).size === 0 && (await isAncestor(repository, commit, branch));
  const grep = ["-F", ...says.map((line) => `--grep=${line}`)];
  if (!held) return log(grep, `${revision(since)}..${revision(branch)}`);
  const oldest = await log(["--ancestry-path"], `${revision(commit)}..${revision(branch)}`);
  if (oldest && oldest.parent !== commit) return oldest;
  return log(["-1"], revision(commit));
}

/** When a file was first added in the history of a commit, by the date of that commit; null: never. One process. */
export async function addedAt({ git }: Repository, commit: string, path: string): Promise<Instant | null> {
  const options = ["--diff-filter=A", "--no-renames", "--format=%ct", "--no-show-signature", "--no-follow"];
  const output = await git.read(["log", ...options, "--end-of-options", revision(commit), "--", path]);
  const lines = output.split("\n").filter((line) => /^\d+$/.test(line));
  const times = lines.map((seconds) => instantOfSeconds(seconds) ?? 0);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * When a branch last got a file, or a line of it that matches; null: it has none. Of a merge it is the merge's date:
 * nothing was in force before. One or two processes, which go no further back than the answer.
 * @param line An extended regular expression.
 */
export async function landedAt(
  { git }: Repository,
  commit: string,
  path: string,
  line: string,
): Promise<Instant | null> {
  const options = [
    "-1",
    "--first-parent",
    "-m",
    "--no-renames",
    "--no-patch",
    "--format=%ct",
    "--no-show-signature",
    "--no-follow",
    "--no-textconv",
    "--no-ext-diff",
  ];
  const newest = async (which: readonly string[]) => {
    const output = await git.read([
      "log",
      ...options,
      ...which,
      "--end-of-options",
      revision(commit),
      "--",
      path,
    ]);
    const [seconds] = output.split("\n").filter((each) => /^\d+$/.test(each));
    return seconds === undefined ? null : (instantOfSeconds(seconds) ?? 0);
  };
  return (await newest([`-S${line}`, "--pickaxe-regex"])) ?? (await newest(["--diff-filter=A"]));
}
