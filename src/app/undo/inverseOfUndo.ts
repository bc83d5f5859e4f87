import type { Drop } from "../../domain/drop/drop.ts";
import type { Undone } from "../../domain/drop/dropRecord.ts";
import type { ReleaseBranch } from "../../domain/drop/release.ts";
import { isAncestor, missingCommits } from "../../git/ancestry.ts";
import type { Repository } from "../../git/repository.ts";
import { findCommit } from "../../git/undoCommit.ts";
import type { Inverse } from "../../git/undoTree.ts";

/**
 * What takes an undo back. Its own commit where the branch holds it; where it was squashed or rebased on the way, the
 * commit that says the same; else the drop's change once more.
 */
export async function inverseOfUndo(
  repository: Repository,
  wish: { drop: Drop; previous: Drop; branch: ReleaseBranch; undone: Undone | null; keep: readonly string[] },
): Promise<Inverse | null> {
  const { drop, previous, branch, undone, keep } = wish;
  const own = undone?.commit ?? null;
  const merged = own !== null && (await holds(repository, own, branch.commit));
  const range = { from: drop.commit, to: branch.commit };
  const undo = merged ? own : await findCommit(repository, range, `This reverts commit ${drop.commit}.`);
  if (undo !== null) return { from: undo, to: `${undo}^`, on: branch.commit, keep: [] };
  return { from: previous.commit, to: drop.commit, on: branch.commit, keep };
}

async function holds(repository: Repository, commit: string, branch: string): Promise<boolean> {
  return (await missingCommits(repository, [commit])).size === 0 && isAncestor(repository, commit, branch);
}
