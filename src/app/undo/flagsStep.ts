import { plainText } from "../../domain/text/plainText.ts";
import { pushBranch } from "../../git/push.ts";
import { commitTree, moveRef, refCommit, writeUndoTree } from "../../git/undoCommit.ts";
import { workTrees } from "../../git/worktrees.ts";
import { flagEdits } from "./flagEdits.ts";
import { openPullRequest } from "./pullRequest.ts";
import { type RevertWork, taken } from "./revertStep.ts";
import { done, failed, type StepResult } from "./stepResult.ts";
import type { PlannedStep } from "./undoPlan.ts";

/** Switches flags off in a commit of its own, on the undo's branch: for a plan in which no revert takes them along. */
export async function flagsStep(work: RevertWork, step: PlannedStep): Promise<StepResult> {
  const { repository, policy, plan } = work;
  const { branch, undoBranch } = plan;
  if (!branch) return failed("there is no release branch");
  const ref = `refs/heads/${undoBranch}`;
  const before = await refCommit(repository, ref);
  const parent = before ?? branch.commit;
  if (before !== null && (await workTrees(repository)).some((each) => each.ref === ref))
    return failed(`${undoBranch} is checked out; switch that work tree to another branch, then go on`);
  const edits = await flagEdits(repository, policy, [step], { tree: parent, branch: parent });
  let tip = parent;
  if (edits.length > 0) {
    const tree = await writeUndoTree(repository, { merged: `${parent}^{tree}`, kept: [] }, edits);
    const message = `${step.title}\n\nTo undo ${plainText(plan.drop.tag, 100)}.\n`;
    tip = await commitTree(repository, { tree, parent, message });
    if (!(await moveRef(repository, ref, { before, after: tip })))
      return before === null && (await refCommit(repository, ref)) === null
        ? taken(repository, undoBranch)
        : failed(`${undoBranch} has moved meanwhile; go on to try again`);
  }
  return tip === branch.commit ? done("off already") : publish(work, tip);
}

async function publish({ repository, policy, plan, operator }: RevertWork, tip: string): Promise<StepResult> {
  const { remote, undoBranch } = plan;
  const revert = policy.rollback.steps?.find((step) => "revert" in step);
  const wish = revert && "revert" in revert ? revert.revert : { push: true, pullRequest: true };
  if (remote === null || !wish.push) return done(`on ${undoBranch}`, { commit: tip });
  const answer = await pushBranch(repository, remote, undoBranch, tip);
  if (!answer.pushed)
    return failed(
      `${undoBranch} could not be pushed to ${plainText(remote, 60)}: ${plainText(answer.reason)}`,
      {
        commit: tip,
      },
    );
  if (!wish.pullRequest) return done(`pushed to ${plainText(remote, 60)}`, { commit: tip, url: answer.url });
  const { words, url } = await openPullRequest(repository, plan, operator, answer.url);
  return done(words, { commit: tip, url });
}
