import type { Rehearsal } from "../../domain/drop/drills.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import type { ReleaseBranch } from "../../domain/drop/dropHistory.ts";
import {
  reapplyMark,
  type SharedChoice,
  type StepRecord,
  type UndoAttempt,
  type UndoMode,
  undoMark,
} from "../../domain/drop/dropRecord.ts";
import type { Policy, RollbackStep } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isAncestor } from "../../git/ancestry.ts";
import type { ChangedFile } from "../../git/changes.ts";
import { readFileAt } from "../../git/fileVersions.ts";
import type { Commit } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import {
  type FileEdit,
  findCommit,
  type RevertSpec,
  refCommit,
  type UndoTree,
  UndoTrees,
  writeUndoTree,
} from "../../git/undoTree.ts";
import { safeFileName } from "../project/documentPaths.ts";
import type { Readiness } from "../project/readiness.ts";
import type { SharedFile } from "./sharedFiles.ts";

/** One step of a plan. */
export interface PlannedStep {
  /** Tells it apart within its plan; what the record calls it. */
  name: string;
  step: RollbackStep;
  /** What it does, as a sentence without its end. */
  title: string;
  /** The command line, where it is one. */
  command: string | null;
  /** Why its command cannot be filled. */
  refusal: string | null;
  /** What is on record of it. */
  record: StepRecord | null;
  done: boolean;
}

/** Everything that people should know before they press the button, and that the run goes by. */
export interface UndoPlan {
  mode: UndoMode;
  drop: Drop;
  /** The drop that it goes back to: the one before it, unless somebody chose an older one. */
  previous: Drop | null;
  /** That drop's tag, where somebody chose it. */
  to: string | null;
  /** Which of several services it is of; null: the repository is one. Nothing outside of its paths changes. */
  service: string | null;
  /** Files that it would change and that are other services' too. */
  shared: readonly SharedFile[];
  /** What was decided of them; null: there are none, or nobody has said yet. */
  sharedChoice: SharedChoice | null;
  /** Where somebody has to choose the drop to go back to: the safest first. */
  choices: readonly Drop[];
  /** The release branch; null: there is none. */
  branch: ReleaseBranch | null;
  /** The remote that the undo is pushed to; null: it stays here. */
  remote: string | null;
  /** The short name of the branch that the undo is made on. */
  undoBranch: string;
  readiness: Readiness;
  /** Why it cannot be done now, with the way out; null where it can. */
  refusal: string | null;
  /** Whether all of it was done before: there is nothing left to press for. */
  over: boolean;
  /** The commits that go, newest first: at most 2000 of `commitCount`. */
  commits: readonly Commit[];
  commitCount: number;
  /** What is merged; null where nothing can be computed. */
  inverse: RevertSpec | null;
  tree: UndoTree | null;
  /** Object names of the trees to be compared: the branch as it is, and as it would be. */
  diff: { before: string; after: string } | null;
  /** What the undo changes on the branch, renames found. */
  files: readonly ChangedFile[];
  /** Files of the drop that stay as they are, because of `rollback.keep`. */
  kept: readonly string[];
  /** The policy's file of flags. */
  flags: Policy["flags"];
  steps: readonly PlannedStep[];
  /** The name of the first step that is not done; null: all are. */
  next: string | null;
  /** What is going on already, whoever began it. */
  attempt: UndoAttempt | null;
  /** The open incident that it is done for. */
  incident: string | null;
  lastRehearsal: Rehearsal | null;
  /** What people should know beside: sentences. */
  notes: readonly string[];
}

/**
 * The short name of the branch that holds an undo, or the way back from it: a plain name whatever the tag is called.
 * @param round Counts from 1: a drop that was undone and put on again gets a branch of its own for the next time.
 */
export function undoBranch(mode: UndoMode, tag: string, round: number): string {
  const name = `dropclock/${mode}-${safeFileName(tag)}`;
  return round === 1 ? name : `${name}-${round}`;
}

/** An undo that was made before: by an earlier press, on another machine, or by hand. */
export interface MadeUndo {
  /** Where its branch stands. */
  tip: string;
  /** The commit that takes the drop back. */
  commit: string;
  /** Whether the branch is one of this clone's own. */
  local: boolean;
}

type BranchFacts = Pick<
  UndoPlan,
  "mode" | "drop" | "inverse" | "remote" | "undoBranch" | "branch" | "steps" | "flags" | "service"
>;

/**
 * The branch of an undo, if its commit is on it. One of this clone's own is known by its words, and may have been settled
 * by hand; one at the remote, which others may push as well, has to be what would be made here.
 * @param where Left out: here first, then as it was last seen at the remote.
 */
export async function undoOnBranch(
  repository: Repository,
  { remote, undoBranch, ...plan }: BranchFacts,
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

type Content = Pick<BranchFacts, "inverse" | "branch" | "steps" | "flags">;

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
  git.read(["rev-parse", "--verify", "--quiet", `${commit}^{tree}`]).then((line) => line.trim());

/**
 * The flags file with the flags of all `flags` steps off, as an edit of a tree; none where there are no such steps or
 * nothing to switch. A flag that came with the drop goes with it.
 * @param tree The tree to be edited.
 * @param branch The tree of the branch as it is.
 * @throws {HumanError} when the file is not there, or a flag is not in it.
 */
export async function flagEdits(
  repository: Repository,
  { flags }: Pick<Policy, "flags">,
  steps: readonly PlannedStep[],
  { tree, branch }: { tree: string; branch: string },
): Promise<FileEdit[]> {
  const keys = steps.flatMap(({ step, done }) => ("flags" in step && !done ? step.flags : []));
  if (keys.length === 0) return [];
  if (!flags)
    throw new HumanError("usage", "The policy names no flags.file, so no flag can be switched off.");
  const { switchOff, flagsOf } = await import("../../documents/flagd.ts");
  const [text, today] = await Promise.all(
    [tree, branch].map((each) => readFileAt(repository, each, flags.file)),
  );
  if (today === null || today === undefined)
    throw new HumanError(
      "usage",
      `${plainText(flags.file)} is not on the branch, so no flag can be switched off.`,
    );
  const left = text ? flagsOf(text, flags.file) : [];
  const gone = flagsOf(today, flags.file).filter((key) => !left.includes(key));
  const wanted = keys.filter((key) => !gone.includes(key));
  if (wanted.length === 0) return [];
  const edited = switchOff(text ?? today, wanted, flags.file);
  return edited === text ? [] : [{ path: flags.file, text: edited }];
}

type MessageFacts = Pick<
  UndoPlan,
  "mode" | "drop" | "inverse" | "commits" | "commitCount" | "incident" | "service"
>;

/** The line of its message by which an undo's commit is known again, also after a rebase or a squash. */
function markOf({
  mode,
  drop,
  inverse,
  service,
}: Pick<MessageFacts, "mode" | "drop" | "inverse" | "service">): string {
  if (mode === "undo") return undoMark(drop, service);
  return inverse?.to.endsWith("^") ? `This reverts commit ${inverse.from}.` : reapplyMark(drop, service);
}

/** The first line of an undo's commit; a pull request bears it as well. */
export const undoTitle = ({ mode, drop }: Pick<MessageFacts, "mode" | "drop">) =>
  `${mode === "undo" ? "Revert" : "Reapply"} ${plainText(drop.tag, 100)}`;

/**
 * The message of an undo's commit: each commit that is taken back, as git and changelog tools read it, and the incident.
 */
export function undoMessage(plan: MessageFacts): string {
  // Of a service the mark names the drop, so that each of its commits is named like any other.
  const marked = plan.service === null ? 1 : 0;
  const others =
    plan.mode === "undo"
      ? plan.commits
          .filter(({ sha }) => marked === 0 || sha !== plan.drop.commit)
          .map(({ sha }) => `This reverts commit ${sha}.`)
      : [];
  const more = plan.commitCount - others.length - marked;
  const lines = [markOf(plan), ...others];
  if (plan.mode === "undo" && more > 0) lines.push(`And ${more} more commits before them.`);
  const incident = plan.incident === null ? [] : ["", `Incident: ${plainText(plan.incident, 200)}`];
  return `${[undoTitle(plan), "", ...lines, ...incident].join("\n")}\n`;
}
