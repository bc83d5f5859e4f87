import type { Repository } from "../../git/repository.ts";
import { findCommit, refCommit } from "../../git/undoCommit.ts";
import { markOf } from "./undoMessage.ts";
import type { UndoPlan } from "./undoPlan.ts";

/** An undo that was made before: by an earlier press, on another machine, or by hand. */
export interface MadeUndo {
  /** Where its branch stands. */
  tip: string;
  /** The commit that takes the drop back. */
  commit: string;
  /** Whether the branch is one of this clone's own. */
  local: boolean;
}

type Known = Pick<UndoPlan, "mode" | "drop" | "inverse" | "remote" | "undoBranch">;

/**
 * The branch of an undo, if its commit is on it.
 * @param where Left out: here first, then as it was last seen at the remote.
 */
export async function undoOnBranch(
  repository: Repository,
  { remote, undoBranch, ...plan }: Known,
  where: "anywhere" | "remote" = "anywhere",
): Promise<MadeUndo | null> {
  const { inverse } = plan;
  if (!inverse) return null;
  const local = `refs/heads/${undoBranch}`;
  const refs = [
    ...(where === "anywhere" ? [local] : []),
    ...(remote === null ? [] : [`refs/remotes/${remote}/${undoBranch}`]),
  ];
  for (const ref of refs) {
    const tip = await refCommit(repository, ref);
    const commit = tip && (await findCommit(repository, { from: inverse.from, to: tip }, markOf(plan)));
    if (tip && commit) return { tip, commit, local: ref === local };
  }
  return null;
}
