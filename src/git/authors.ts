import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** Enough commits to know a team by. */
const MOST_COMMITS = 20_000;

/** Everybody who wrote or committed what is reachable from a commit, as `Name <mail>`, each once. One process. */
export async function authorsOf({ git }: Repository, commit: string): Promise<string[]> {
  const options = [
    "-z",
    "--format=%an <%ae>%x00%cn <%ce>",
    "--no-patch",
    "--encoding=UTF-8",
    "--no-show-signature",
  ];
  const args = ["log", ...options, `--max-count=${MOST_COMMITS}`, "--end-of-options", revision(commit), "--"];
  const names = (await git.run(args)).split("\0");
  return [...new Set(names)].filter((name) => name.trim() !== "");
}
