import { type Instant, instantOfSeconds } from "../domain/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** When a file was first added in the history of a commit, by the date of that commit; null: never. One process. */
export async function addedAt({ git }: Repository, commit: string, path: string): Promise<Instant | null> {
  const options = ["--diff-filter=A", "--no-renames", "--format=%ct", "--no-show-signature", "--no-follow"];
  const output = await git.run(["log", ...options, "--end-of-options", revision(commit), "--", path]);
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
