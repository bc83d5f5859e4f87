import type { Approval } from "../../domain/approval.ts";
import type { LedgerEvent } from "../../domain/event.ts";
import { formatInstant } from "../../domain/instant.ts";
import type { DropStage } from "../../domain/stage.ts";
import type { Vote } from "../../domain/vote.ts";
import { riskReport } from "../report.ts";
import type { Governed } from "./governed.ts";
import type { Hearing } from "./readApproval.ts";
import type { GateReading } from "./readGate.ts";

/** The verdict of a gate as JSON, and everything that it was judged by. */
export function gateReport({ gate, question, stage, governed, ...hearing }: GateReading) {
  return {
    open: gate.open,
    question,
    reasons: gate.reasons,
    overridden: gate.overridden,
    stage: stage && stageReport(stage),
    ...hearingReport(hearing, governed),
  };
}

/** A drop and what the council has said of it. */
export function hearingReport({ candidate, commits, risk, approval }: Hearing, { release }: Governed) {
  const { tag, commit, previous } = candidate;
  return {
    drop: { tag, commit, previous: previous?.tag ?? null, commits: commits.length },
    risk: riskReport(risk),
    council: approvalReport(approval),
    policy: { source: release.policy.source, differs: release.policy.draft !== undefined },
  };
}

export const stageReport = ({ name, since, by }: DropStage) => ({ name, since: formatInstant(since), by });

function approvalReport(approval: Approval) {
  const { needed, quorum, approved, rejected, request, overrides, disregarded, mainAuthor, waitingFor } =
    approval;
  return {
    needed,
    quorum,
    approved: approved.map(({ event }) => entryReport(event)),
    rejected: rejected.map(({ event }) => entryReport(event)),
    request: request && entryReport(request),
    overrides: overrides.map(entryReport),
    disregarded: disregarded.map(voteReport),
    mainAuthor,
    waitingFor,
  };
}

const voteReport = ({ event, flaw, stale }: Vote) => ({
  ...entryReport(event),
  type: event.type,
  flaw,
  stale,
});

const entryReport = ({ id, by, at, data }: LedgerEvent) => ({
  event: id,
  by,
  at: formatInstant(at),
  ...(typeof data.why === "string" ? { why: data.why } : {}),
  ...(typeof data.stage === "string" ? { stage: data.stage } : {}),
});
