import { instantOfSeconds } from "../domain/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

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
  const date = await git.run([
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
    const commits = await git.run(["rev-list", since, "--end-of-options", tip, "--"]);
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
  const output = await git.run(["log", ...options, "--end-of-options", tip, "--"]);
  return [...new Set(output.split("\0").filter((path) => path !== ""))];
}
