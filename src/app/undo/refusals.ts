import type { DropRecord } from "../../domain/dropRecord.ts";
import { plainText } from "../../domain/plainText.ts";
import { workTrees } from "../../git/operations.ts";
import type { Repository } from "../../git/repository.ts";
import { readinessWords } from "./readinessWords.ts";
import { undoOnBranch } from "./undoOnBranch.ts";
import type { UndoPlan } from "./undoPlan.ts";

type Known = Pick<
  UndoPlan,
  "mode" | "drop" | "branch" | "remote" | "undoBranch" | "flags" | "readiness" | "inverse" | "tree" | "steps"
> & {
  /** Whether it is the current drop. */
  newest: boolean;
};

/** Why an undo, or the way back, cannot be done now, with the way out; null where it can. */
export async function refusalOf(
  repository: Repository,
  record: DropRecord,
  plan: Known,
): Promise<string | null> {
  const onRecord = plan.mode === "undo" ? undoneAlready(record, plan) : notUndone(record, plan);
  if (onRecord !== null) return onRecord;
  const unfilled = plan.steps.find(({ done, refusal }) => !done && refusal !== null);
  if (unfilled) return unfilled.refusal;
  if (madeAlready(plan) || (await undoOnBranch(repository, plan)) !== null)
    return operation(repository, plan);
  return unready(plan) ?? operation(repository, plan);
}

/** Whether the commit is made, so that what the branch would take is of no account any more. */
const madeAlready = ({ steps }: Known) => steps.some(({ step, done }) => "revert" in step && done);

function undoneAlready({ undone }: DropRecord, { drop, readiness }: Known): string | null {
  if (!undone) return null;
  const tag = plainText(drop.tag, 60);
  const merged =
    readiness.merged === false ? `; its branch ${plainText(undone.branch ?? "", 80)} is not merged yet` : "";
  return `${tag} is undone already, by ${plainText(undone.by, 80)}${merged}. To put it on again: dropclock undo ${tag} --reapply`;
}

function notUndone({ undone }: DropRecord, { drop, readiness }: Known): string | null {
  if (undone || readiness.state === "undone") return null;
  return `${plainText(drop.tag, 60)} is not undone, so there is nothing to put on again.`;
}

function unready({ mode, drop, readiness, tree, newest }: Known): string | null {
  const tag = plainText(drop.tag, 60);
  if (!tree) return readiness.why ?? `What ${tag} changed cannot be computed.`;
  if (tree.state === "nothing") {
    // An undo that was never merged is taken back by not merging it.
    if (mode === "reapply") return null;
    return `There is nothing to undo: the branch holds nothing of ${tag} any more.`;
  }
  if (tree.state === "clean") return null;
  const words = readinessWords({ ...readiness, state: "conflicts", conflicts: tree.conflicts }, null);
  return `${tag} has ${words}: later changes build on it. Settle them by hand as the runbook says (dropclock runbook ${tag})${newest ? "" : ", or undo the later drop first"}.`;
}

/** What a person is in the middle of, on a branch that an undo reads or writes. */
async function operation(repository: Repository, { branch, undoBranch }: Known): Promise<string | null> {
  const refs = [`refs/heads/${undoBranch}`, ...(branch?.ref.startsWith("refs/heads/") ? [branch.ref] : [])];
  for (const { ref, operation: what, path } of await workTrees(repository)) {
    if (what === null || ref === null || !refs.includes(ref)) continue;
    const name = plainText(ref.slice("refs/heads/".length), 80);
    const end = what === "bisect" ? "git bisect reset" : `git ${what} --abort`;
    return `A ${what} of ${name} is going on in ${plainText(path, 200)}; finish it there, or give it up: ${end}`;
  }
  return null;
}
