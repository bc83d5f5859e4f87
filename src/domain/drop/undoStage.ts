import { type DropRecord, isStepDone, type StepRecord } from "./dropRecord.ts";

/**
 * How far an undo has come on its way to the people who were hit, by what was seen of it. Each stage is stronger
 * evidence than the one before; only `mitigated` means that it is over.
 */
const UNDO_STAGES = ["made", "pushed", "requested", "merged", "deployed", "mitigated"] as const;
export type UndoStage = (typeof UNDO_STAGES)[number];

export interface UndoProgress {
  stage: UndoStage;
  /** The branch that holds its commit; null where none is on record. */
  branch: string | null;
  commit: string | null;
  /** Where people go on in a browser: the pull request, or the page that opens one; null where there is none. */
  url: string | null;
  /** Its commit is made, and the release branch as last fetched does not hold it. */
  unmerged: boolean;
  /** Nothing is left to do about it. */
  over: boolean;
}

/** What is known beside the record. */
interface Seen {
  /** Whether the release branch holds the undo; null: not known. */
  merged: boolean | null;
  /** Whether the incident is mitigated; null: there is no incident. */
  mitigated: boolean | null;
}

const REQUEST = /\/(?:pulls?|pull-requests|merge_requests)\/\d+(?:[/?#]|$)/;

/** Whether a link is that of a pull request, or a merge request, as the forges address them; else it creates one. */
export const isRequest = (url: string): boolean => REQUEST.test(url);

/** How far the undo of a drop has come; null where none was begun, or nothing of it is done yet. */
export function undoProgress(record: DropRecord, { merged, mitigated }: Seen): UndoProgress | null {
  const { undone, attempt } = record;
  const steps = attempt?.mode === "undo" ? [...attempt.steps] : [];
  const done = steps.filter(([, step]) => isStepDone(step));
  const reverts = done.filter(([name]) => kindOf(name) === "revert").map(([, step]) => step);
  const commit = undone?.commit ?? last(reverts, ({ commit: each }) => each);
  if (!undone && done.length === 0) return null;
  const url = last(reverts, ({ url: each }) => each);
  // What ran before the revert was made cannot have brought it to anybody.
  const since = done.slice(done.findLastIndex(([name]) => kindOf(name) === "revert") + 1);
  const isDeployed = since.some(
    ([name, step]) => DEPLOYING.includes(kindOf(name)) && step.outcome === "done",
  );
  const unmerged = commit !== null && merged === false;
  const stage = stageOf({
    pushed: last(reverts, ({ pushed }) => pushed) !== null || url !== null,
    requested: url !== null && isRequest(url),
    merged: merged === true,
    deployed: isDeployed,
    mitigated: mitigated === true,
  });
  // Without an incident nobody says that it is mitigated: what can be seen has to do.
  const isLast =
    stage === "mitigated" || (mitigated === null && (stage === "merged" || stage === "deployed"));
  const branch = undone?.branch ?? (attempt?.mode === "undo" ? attempt.branch : null);
  return { stage, branch, commit, url, unmerged, over: isLast && !unmerged };
}

/** Steps after which what runs is another thing than before. */
const DEPLOYING = ["run", "verify"];

/** `run` of `run: ./deploy.sh`, by which a step is on record. */
const kindOf = (name: string) => /^\w+/.exec(name)?.[0] ?? "";

function stageOf(seen: Record<Exclude<UndoStage, "made">, boolean>): UndoStage {
  return UNDO_STAGES.findLast((stage) => stage !== "made" && seen[stage]) ?? "made";
}

const last = <T>(steps: readonly StepRecord[], of: (step: StepRecord) => T | null): T | null =>
  steps.map(of).findLast((value) => value !== null) ?? null;
