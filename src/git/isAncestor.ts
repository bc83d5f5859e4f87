import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** Whether a commit is in the history of another one, or the same. One process. */
export async function isAncestor({ git }: Repository, commit: string, of: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", "--end-of-options", revision(commit), revision(of)];
  const result = await git.attempt(args);
  if (result.code === 0 || result.code === 1) return result.code === 0;
  throw git.failure(args, result);
}
