import { formatInstant } from "../../domain/time/instant.ts";
import { undoReport } from "../drop/report.ts";
import type { UndoResult } from "./carryOut.ts";
import type { RehearsalResult } from "./rehearse.ts";
import type { UndoPlan } from "./undoPlan.ts";

/** A plan as JSON. Keys may be added, none renamed. */
export function planReport(plan: UndoPlan) {
  const { mode, drop, previous, branch, remote, undoBranch, readiness, lastRehearsal } = plan;
  return {
    mode,
    drop: { tag: drop.tag, commit: drop.commit },
    previous: previous && { tag: previous.tag, commit: previous.commit },
    branch: branch && { name: branch.name, commit: branch.commit },
    remote,
    undoBranch,
    undo: undoReport(readiness),
    refusal: plan.refusal,
    commitCount: plan.commitCount,
    commits: plan.commits.map(({ sha, subject, author }) => ({ sha, subject, author: author.name })),
    diff: plan.diff,
    files: plan.files,
    kept: plan.kept,
    steps: plan.steps.map(({ name, title, command, done, record }) => ({
      name,
      title,
      command,
      done,
      record: record && { ...record, at: formatInstant(record.at) },
    })),
    next: plan.next,
    incident: plan.incident,
    lastRehearsal: lastRehearsal && { ...lastRehearsal, at: formatInstant(lastRehearsal.at) },
    notes: plan.notes,
  };
}

export function resultReport({ state, steps, commit, url, mitigated }: UndoResult) {
  return { state, steps, commit, url, mitigated };
}

export function rehearsalReport({ rehearsal, checks, inTime, notRehearsed }: RehearsalResult) {
  return { ...rehearsal, at: formatInstant(rehearsal.at), inTime, checks, notRehearsed };
}
