import type { Instant } from "../domain/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** When a file was first added in the history of a commit, by the date of that commit; null: never. One process. */
export async function addedAt({ git }: Repository, commit: string, path: string): Promise<Instant | null> {
  const options = ["--diff-filter=A", "--no-renames", "--format=%ct", "--no-show-signature", "--no-follow"];
  const output = await git.run(["log", ...options, "--end-of-options", revision(commit), "--", path]);
  const times = output.split("\n").filter((line) => /^\d+$/.test(line));
  return times.length === 0 ? null : Math.min(...times.map(Number)) * 1000;
}
