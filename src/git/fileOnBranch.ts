import { type Instant, instantOfSeconds } from "../domain/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** A commit of a branch that changed a file; of a merge, the merge itself. */
export interface FileChange {
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
