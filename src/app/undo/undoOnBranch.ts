import { isAncestor } from "../../git/ancestry.ts";
import type { Repository } from "../../git/repository.ts";
import { type FileEdit, findCommit, refCommit, writeUndoTree } from "../../git/undoCommit.ts";
import { UndoTrees } from "../../git/undoTree.ts";
import { flagEdits } from "./flagEdits.ts";
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

type Known = Pick<
  UndoPlan,
  "mode" | "drop" | "inverse" | "remote" | "undoBranch" | "branch" | "steps" | "flags"
>;

/**
 * The branch of an undo, if its commit is on it. One of this clone's own is known by its words, and may have been settled
 * by hand; one at the remote, which others may push as well, has to be what would be made here.
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
    if (!tip || !commit) continue;
    if (ref === local || (tip === commit && (await isAsMadeHere(repository, plan, commit))))
      return { tip, commit, local: ref === local };
  }
  return null;
}

type Content = Pick<Known, "inverse" | "branch" | "steps" | "flags">;

/** Whether a commit does what the undo does, and nothing else, on what the release branch holds. */
async function isAsMadeHere(repository: Repository, plan: Content, commit: string): Promise<boolean> {
  const parent = await refCommit(repository, `${commit}^`);
  if (!parent || !plan.inverse || !(await isOnBranch(repository, plan, parent))) return false;
  const tree = await new UndoTrees(repository).compute({ ...plan.inverse, on: parent });
  if (tree.state === "conflicts") return false;
  const edits = await allFlagsOff(repository, plan, { tree: tree.merged, branch: tree.before });
  const made = [await writeUndoTree(repository, tree), await writeUndoTree(repository, tree, edits)];
  return made.includes((await treeOf(repository, commit)) ?? "");
}

async function isOnBranch(repository: Repository, plan: Content, commit: string): Promise<boolean> {
  if (!plan.branch) return false;
  return (
    (await isAncestor(repository, commit, plan.branch.commit)) || isFlagsCommit(repository, plan, commit)
  );
}

/** Whether a commit on the release branch switches the plan's flags off, and does nothing else. */
export async function isFlagsCommit(repository: Repository, plan: Content, commit: string): Promise<boolean> {
  const parent = await refCommit(repository, `${commit}^`);
  if (!parent || !plan.branch || !(await isAncestor(repository, parent, plan.branch.commit))) return false;
  const edits = await allFlagsOff(repository, plan, { tree: parent, branch: parent });
  const made = await writeUndoTree(repository, { merged: `${parent}^{tree}`, kept: [] }, edits);
  return edits.length > 0 && made === (await treeOf(repository, commit));
}

async function allFlagsOff(
  repository: Repository,
  { steps, flags }: Content,
  trees: { tree: string; branch: string },
): Promise<FileEdit[]> {
  const all = steps.map((step) => ({ ...step, done: false }));
  return flagEdits(repository, { flags }, all, trees).catch(() => []);
}

const treeOf = ({ git }: Repository, commit: string) =>
  git.run(["rev-parse", "--verify", "--quiet", `${commit}^{tree}`]).then((line) => line.trim());
