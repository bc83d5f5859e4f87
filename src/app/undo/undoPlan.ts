import type { Rehearsal } from "../../domain/drills.ts";
import type { Drop } from "../../domain/drop.ts";
import type { UndoMode } from "../../domain/dropEvents.ts";
import type { StepRecord, UndoAttempt } from "../../domain/dropRecord.ts";
import type { Policy, RollbackStep } from "../../domain/policy/policy.ts";
import type { ReleaseBranch } from "../../domain/release.ts";
import type { ChangedFile } from "../../git/changedFiles.ts";
import type { Commit } from "../../git/history.ts";
import type { Inverse, UndoTree } from "../../git/undoTree.ts";
import type { Readiness } from "./readiness.ts";

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
  inverse: Inverse | null;
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
