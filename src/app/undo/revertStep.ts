import type { Policy } from "../../domain/policy/policy.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { missingCommits } from "../../git/ancestry.ts";
import { fetchBranch, pushBranch } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import {
  branchInTheWay,
  commitTree,
  moveRef,
  refCommit,
  signsCommits,
  type UndoTree,
  UndoTrees,
  writeUndoTree,
} from "../../git/undoTree.ts";
import { workTrees } from "../../git/worktrees.ts";
import type { RequestWords } from "./pullRequest.ts";
import type { UndoHost } from "./undoHost.ts";
import {
  flagEdits,
  isFlagsCommit,
  type MadeUndo,
  type PlannedStep,
  type UndoPlan,
  undoMessage,
  undoOnBranch,
} from "./undoPlan.ts";

/** Switches flags off in a commit of its own, on the undo's branch: for a plan in which no revert takes them along. */
export async function flagsStep(work: FlagsWork, step: PlannedStep): Promise<StepResult> {
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
    const signed = await isSigned(work);
    tip = await commitTree(repository, { tree, parent, message, signed });
    if (!(await moveRef(repository, ref, { before, after: tip })))
      return before === null && (await refCommit(repository, ref)) === null
        ? taken(repository, undoBranch)
        : failed(`${undoBranch} has moved meanwhile; go on to try again`);
  }
  return tip === branch.commit ? done("off already") : publishFlags(work, tip);
}

async function publishFlags(work: FlagsWork, tip: string): Promise<StepResult> {
  const { repository, policy, plan, request } = work;
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
  const { words, url } = await openRequest(work, answer.url, request);
  return done(words, { commit: tip, url });
}

type FlagsWork = Omit<RevertWork, "host"> & {
  host: Pick<UndoHost, "token">;
  /** What the pull request says, where it is not the undo's. */
  request?: RequestWords;
};

interface RevertWork {
  repository: Repository;
  policy: Policy;
  plan: UndoPlan;
  host: UndoHost;
}

/**
 * Makes the undo's commit on its branch, pushes it, and opens a pull request: each of it only where it is not done.
 * @param steps The revert, with the flags that go into its commit.
 */
export async function revertStep(work: RevertWork, steps: readonly PlannedStep[]): Promise<StepResult> {
  const { plan, repository } = work;
  // Nothing of the undo is on the branch, so not to merge it is all that the way back takes.
  if (plan.mode === "reapply" && plan.tree?.state === "nothing")
    return done("the release branch holds the drop already; do not merge its undo", { commit: null });
  const made = (await undoOnBranch(repository, plan)) ?? (await makeUndo(work, steps));
  if ("outcome" in made) return made;
  const revert = steps.find(({ step }) => "revert" in step)!.step;
  const wish = "revert" in revert ? revert.revert : { push: false, pullRequest: false };
  if (!wish.push || plan.remote === null) return here(plan, made);
  return publish(work, made, wish.pullRequest);
}

/** The undo as a commit on a branch of its own. Of two that press at once, the first makes it. */
async function makeUndo(work: RevertWork, steps: readonly PlannedStep[]): Promise<MadeUndo | StepResult> {
  const { repository, policy, plan } = work;
  const { branch, undoBranch } = plan;
  const ref = `refs/heads/${undoBranch}`;
  const before = await refCommit(repository, ref);
  const flags = await flagsCommit(work);
  if (before !== null && before !== flags) return taken(repository, undoBranch);
  if (before !== null && (await workTrees(repository)).some((each) => each.ref === ref))
    return failed(`${undoBranch} is checked out; switch that work tree to another branch, then go on`);
  const parent = flags ?? branch?.commit;
  const tree = await treeOn(work, flags);
  if (!tree || !parent || tree.state !== "clean")
    return failed("the undo cannot be computed any more; look at the plan again");
  // What the branch has switched off already stays off.
  const all = flags === null ? steps : plan.steps.map((step) => ({ ...step, done: false }));
  const edits = await flagEdits(repository, policy, all, { tree: tree.merged, branch: tree.before });
  const result = await writeUndoTree(repository, tree, edits);
  const signed = await isSigned(work);
  const commit = await commitTree(repository, { tree: result, parent, message: undoMessage(plan), signed });
  if (await moveRef(repository, ref, { before, after: commit })) return { tip: commit, commit, local: true };
  return (await undoOnBranch(repository, plan)) ?? taken(repository, undoBranch);
}

// Only whoever has pushed needs it.
async function openRequest(
  { repository, plan, host }: FlagsWork,
  offered: string | null,
  says?: RequestWords,
) {
  const { openPullRequest } = await import("./pullRequest.ts");
  return openPullRequest(repository, plan, host, offered, says);
}

/** Where the policy wants signatures of those who decide, and where the person's git signs all that they commit. */
const isSigned = async ({ repository, policy }: FlagsWork) =>
  policy.council?.signed === true || signsCommits(repository);

/** Where the undo's branch stands because flags were switched off on it before: the undo goes on top of that. */
async function flagsCommit({ repository, plan }: RevertWork): Promise<string | null> {
  const { remote, undoBranch } = plan;
  const commit = plan.steps.findLast(({ step, record }) => "flags" in step && record?.commit)?.record?.commit;
  if (!commit) return null;
  const isHere = async () => (await missingCommits(repository, [commit])).size === 0;
  // Another machine may have done it.
  if (!(await isHere()) && remote !== null) await fetchBranch(repository, remote, undoBranch);
  if (!(await isHere())) return null;
  // Whoever may push to the ledger can name any commit there.
  const own = await refCommit(repository, `refs/heads/${undoBranch}`);
  return own === commit || (await isFlagsCommit(repository, plan, commit)) ? commit : null;
}

/** The undo's tree as planned; computed anew where the branch has moved on since its flags were switched off. */
async function treeOn({ repository, plan }: RevertWork, flags: string | null): Promise<UndoTree | null> {
  const { inverse, tree, branch } = plan;
  if (flags === null || !inverse || !branch) return tree;
  if ((await refCommit(repository, `${flags}^`)) === branch.commit) return tree;
  return new UndoTrees(repository).compute({ ...inverse, on: flags });
}

/** Why a branch cannot be made, with the way out. */
async function taken(repository: Repository, branch: string): Promise<StepResult> {
  const other = await branchInTheWay(repository, branch);
  if (other === null)
    return failed(
      `the branch ${branch} is there already, and what is on it is not this undo; give it another name: git branch -m ${branch} NAME`,
    );
  const name = plainText(other, 80);
  return failed(
    `git cannot have the branch ${branch} beside ${name}; give that one another name: git branch -m ${name} NAME`,
  );
}

function here({ branch, undoBranch }: UndoPlan, { commit }: MadeUndo): StepResult {
  const name = plainText(branch?.name ?? "", 80);
  return done(`on ${undoBranch}; merge it into ${name}: git merge ${undoBranch}`, { commit });
}

async function publish(work: RevertWork, made: MadeUndo, pullRequest: boolean): Promise<StepResult> {
  const { repository, plan } = work;
  const { undoBranch } = plan;
  const remote = plan.remote!;
  let { commit } = made;
  const answer = await pushBranch(repository, remote, undoBranch, made.tip);
  let offered: string | null = null;
  if (answer.pushed) offered = answer.url;
  else {
    // Somebody else's undo of the same drop is as good as ours.
    const theirs = answer.taken ? await adopt(repository, plan, made) : null;
    if (!theirs)
      return failed(
        `${undoBranch} is made here, and could not be pushed to ${plainText(remote, 60)}: ${plainText(answer.reason)}; once that is mended, go on, or push it yourself: git push ${plainText(remote, 60)} ${undoBranch}`,
        { commit },
      );
    commit = theirs.commit;
  }
  if (!pullRequest)
    return done(`pushed to ${plainText(remote, 60)}`, { commit, url: offered, pushed: remote });
  const { words, url } = await openRequest(work, offered);
  return done(words, { commit, url, pushed: remote });
}

/** Takes over the undo that another machine has pushed before; null when what is there is something else. */
async function adopt(repository: Repository, plan: UndoPlan, own: MadeUndo): Promise<MadeUndo | null> {
  const { remote, undoBranch } = plan;
  if ((await fetchBranch(repository, remote!, undoBranch)) !== null) return null;
  const tip = await refCommit(repository, `refs/remotes/${remote}/${undoBranch}`);
  const theirs = tip && (await undoOnBranch(repository, { ...plan, undoBranch, remote }, "remote"));
  if (!tip || !theirs) return null;
  const ref = `refs/heads/${undoBranch}`;
  // A branch that somebody has checked out is theirs to move.
  const free = (await workTrees(repository)).every((each) => each.ref !== ref);
  if (own.local && free) await moveRef(repository, ref, { before: own.tip, after: tip });
  return theirs;
}

/** What came of a step that was tried. */
export interface StepResult {
  outcome: "done" | "failed" | "waiting" | "cancelled";
  /** One line: why it failed, what it waits for, or what is worth knowing of what was done. */
  words: string | null;
  /** The commit that it made, and where people go on from here. */
  commit?: string | null;
  url?: string | null;
  /** The remote that its branch is at. */
  pushed?: string | null;
}

export const done = (
  words: string | null = null,
  more: Pick<StepResult, "commit" | "url" | "pushed"> = {},
): StepResult => ({
  outcome: "done",
  words,
  ...more,
});

export const failed = (words: string, more: Pick<StepResult, "commit" | "url"> = {}): StepResult => ({
  outcome: "failed",
  // It goes on in a sentence of another.
  words: words.replace(/\.$/, ""),
  ...more,
});
