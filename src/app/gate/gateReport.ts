import type { LedgerEvent } from "../../domain/event/event.ts";
import type { Approval } from "../../domain/gate/approval.ts";
import type { Vote } from "../../domain/gate/vote.ts";
import type { DropStage } from "../../domain/stage.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { riskReport } from "../drop/report.ts";
import type { Governed } from "./governed.ts";
import type { PullRequestReading } from "./pullRequest.ts";
import type { GateReading } from "./readGate.ts";
import type { Hearing } from "./readHearing.ts";

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

/** The same of a pull request, in the same shape. */
export function pullRequestReport(reading: PullRequestReading) {
  const { governed, base, commit, commits, risk, reasons, toShip, approval, undoOf } = reading;
  const { branch, policy } = governed.release;
  return {
    open: reasons.length === 0,
    question: { kind: "merge", into: branch.name },
    reasons,
    overridden: [],
    stage: null,
    drop: { tag: null, commit, previous: null, commits: commits.length },
    base,
    undoOf,
    toShip,
    risk: riskReport(risk),
    council: approvalReport(approval),
    policy: { source: policy.source, differs: policy.draft !== undefined },
  };
}

/** A drop and what the council has said of it. */
export function hearingReport(
  { candidate, base, commits, risk, approval }: Omit<Hearing, "asked">,
  { release }: Governed,
) {
  const { tag, commit, previous } = candidate;
  return {
    drop: { tag, commit, previous: previous?.tag ?? null, base: base?.tag ?? null, commits: commits.length },
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
