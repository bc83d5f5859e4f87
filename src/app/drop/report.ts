import { becauseOf, type Risk } from "../../domain/change/riskLevel.ts";
import type { Drop, UnplacedDrop } from "../../domain/drop/drop.ts";
import type { Status, WatchWindow } from "../../domain/drop/status.ts";
import { type Clock, type Countdown, clocksOf } from "../../domain/incident/clock.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { type Incident, isBackDated, type Mark, type Round } from "../../domain/incident/incident.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { writeTerms } from "../../domain/policy/notation.ts";
import type { PolicyDraft, PolicyInForce, PolicyProblem } from "../../domain/policy/policy.ts";
import { MILESTONE_NAMES } from "../../domain/policy/terms.ts";
import { publicStatus } from "../../domain/public/publicStatus.ts";
import { type TimelineEntry, timelineOf } from "../../domain/record/timeline.ts";
import { signalEntries, watchedEntries } from "../../domain/signal/signalRecord.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { Reading } from "../project/project.ts";
import type { Readiness } from "../project/readiness.ts";
import type { DropRisks, JudgedDrop } from "./dropChecks.ts";

/** What is looked at for its own sake, beside what is read each time. */
export interface Looks {
  risks: DropRisks;
  /** Null: no drop. */
  undo: Readiness | null;
}

/**
 * The JSON that pipelines build on: keys may be added, none renamed. Instants are ISO 8601 in UTC, spans milliseconds.
 */
export function statusReport(status: Status, reading: Reading, { risks, undo }: Looks) {
  const { drop, watch, drills } = status;
  return {
    at: formatInstant(status.at),
    policy: policyReport(status.policy),
    drop: drop && {
      ...dropReport(drop),
      commits: reading.commits,
      risk: risks.current?.risk ? riskReport(risks.current.risk) : null,
      undo: undo && undoReport(undo),
    },
    dropMissing: status.dropMissing,
    drops: status.watched.map((each) => ({
      ...dropReport(each.drop),
      current: each.drop === drop,
      watch: windowReport(each.watch),
    })),
    newerTags: status.newerTags.map(unheldReport),
    lostDrops: status.lostDrops.map(unheldReport),
    next: risks.next && judgedReport(risks.next),
    branch: reading.release.branch,
    branches: reading.release.branches,
    watch: { ...windowReport(watch), ...watchRecord(status, reading) },
    incidents: status.open.map(incidentReport),
    unlisted: status.unlisted,
    drills: {
      last: instant(drills.last),
      dueAt: instant(drills.dueAt),
      overdue: drills.overdue,
      recent: drills.recent.map((drill) => ({ ...drill, at: formatInstant(drill.at) })),
    },
    ledger: ledgerReport(reading),
  };
}

/** A drop by itself. */
export const dropReport = (drop: Drop) => ({
  tag: drop.tag,
  commit: drop.commit,
  shippedAt: formatInstant(drop.shippedAt),
  shippedAssumed: drop.shippedAssumed,
  previous: drop.previous,
  moved: drop.moved,
  names: drop.names,
  branch: drop.branch,
  deleted: drop.deleted,
});

/** A matching tag that no release branch holds. */
export const unheldReport = ({ tag, commit, shippedAt, shippedAssumed }: UnplacedDrop) => ({
  tag,
  commit,
  shippedAt: formatInstant(shippedAt),
  shippedAssumed,
});

const windowReport = ({ state, endsAt, remainingMs }: WatchWindow) => ({
  state,
  endsAt: instant(endsAt),
  remainingMs,
});

/** What is on record of the signals of the current drop: the newest word on each, and who watched when. */
function watchRecord({ drop, policy }: Status, { release: { log } }: Reading) {
  const entries = drop ? signalEntries(log, drop.tag) : [];
  const newest = policy.policy.signals.map(({ name, impact }) => {
    const last = entries.findLast(({ signal }) => signal === name);
    return {
      name,
      impact,
      state: last?.state ?? "noData",
      at: instant(last?.at ?? null),
      by: last?.by ?? null,
    };
  });
  const watched = drop ? watchedEntries(log, drop.tag) : [];
  return {
    signals: newest,
    watched: watched.map(({ from, to, by }) => ({ from: formatInstant(from), to: formatInstant(to), by })),
  };
}

/** The reasons are in it twice: as words alone, and each with its evidence. */
export function riskReport(risk: Risk) {
  const { level, reasons, rules } = risk;
  return { level, because: becauseOf(risk), reasons, rules };
}

function judgedReport({ candidate, commits, risk, missing }: JudgedDrop) {
  const { commit, previous } = candidate;
  const base = { commit, previous: previous?.tag ?? null, commits };
  return { ...base, risk: risk && riskReport(risk), ...(missing === null ? {} : { missing }) };
}

/** Whether a drop can be taken back. */
export function undoReport({ state, why, conflicts, files, rehearsedAt, merged }: Readiness) {
  return {
    state,
    conflicts: conflicts.map(({ path }) => path),
    rehearsedAt: instant(rehearsedAt),
    why,
    files,
    merged,
  };
}

function ledgerReport({ ledger, standing, rewritten, uncounted }: Reading) {
  const { state, reason, toShare, unread } = standing;
  return {
    head: ledger.head,
    events: ledger.log.size,
    skipped: ledger.skipped.length,
    doubted: ledger.doubted,
    remote: state,
    toShare,
    ...(reason === null ? {} : { reason }),
    ...(unread ? { unread } : {}),
    ...(ledger.touched.length > 0 ? { touched: ledger.touched } : {}),
    ...(ledger.cut ? { cut: true } : {}),
    ...(uncounted.size > 0 ? { uncounted: uncounted.size } : {}),
    ...(rewritten.length > 0 ? { rewritten } : {}),
  };
}

export function policyReport(policy: PolicyInForce) {
  return {
    path: policy.path,
    source: policy.source,
    errors: policy.problems.map(problemReport),
    ...(policy.branch === undefined ? {} : { branch: policy.branch, commit: policy.commit }),
    ...(policy.doubt === undefined ? {} : { doubt: policy.doubt }),
    ...(policy.draft === undefined ? {} : { draft: draftReport(policy.draft) }),
  };
}

const draftReport = ({ problems, changes, outdated }: PolicyDraft) => ({
  errors: problems.map(problemReport),
  changes,
  outdated,
});

export const problemReport = ({ message, place }: PolicyProblem) => ({
  message,
  line: place.line,
  column: place.column,
});

export function incidentReport({ incident, state, clocks, nextUpdate, warnings }: IncidentStatus) {
  const { round } = incident;
  return {
    id: incident.id,
    title: incident.title,
    severity: round.severity,
    kind: incident.kind,
    status: state,
    drop: incident.drop,
    openedAt: formatInstant(incident.openedAt),
    openedBy: incident.openedBy,
    owner: incident.owner && { ...incident.owner, since: formatInstant(incident.owner.since) },
    round: round.number,
    paused: isPaused(incident),
    milestones: milestonesReport(round),
    assumed: MILESTONE_NAMES.filter((name) => round.marks[name]?.assumed),
    backDated: MILESTONE_NAMES.filter((name) => backDated(round.marks[name])),
    clocks: clocks.map(clockReport),
    publicStatus: publicStatus(incident),
    nextUpdate: nextUpdate && nextUpdateReport(nextUpdate),
    warnings,
  };
}

/**
 * One incident with everything on record: each of its events, what happened to it and to its drop as people are told it,
 * the rounds before, and what it is judged by.
 */
export function incidentDetail(status: IncidentStatus, story: readonly TimelineEntry[], at: Instant) {
  const { incident } = status;
  return {
    at: formatInstant(at),
    ...incidentReport(status),
    policy: writeTerms(incident.round.terms),
    rounds: [...incident.earlier, incident.round].map((round) => roundReport(round, incident, at)),
    timeline: timelineOf(incident, at).map((entry) => ({
      ...entry,
      at: formatInstant(entry.at),
      recorded: formatInstant(entry.recorded),
      data: incident.events.find(({ id }) => id === entry.event)?.data ?? {},
    })),
    story: story.map(({ at: when, subject, type, text, document, by, retracted }) => ({
      at: formatInstant(when),
      subject,
      type,
      text,
      document,
      by,
      retracted,
    })),
  };
}

function roundReport(round: Round, incident: Incident, at: Instant) {
  const next = [...incident.earlier, incident.round][round.number];
  // An earlier round is over: its clocks are as they stood when it was reopened.
  const until = next?.reopenedAt ?? at;
  return {
    number: round.number,
    reopenedAt: instant(round.reopenedAt),
    severity: round.severity,
    milestones: milestonesReport(round),
    clocks: clocksOf(round, Math.min(until, at)).map(clockReport),
  };
}

function clockReport(clock: Clock) {
  return {
    ...clock,
    startedAt: instant(clock.startedAt),
    dueAt: instant(clock.dueAt),
    endedAt: instant(clock.endedAt),
  };
}

/** The next update to customers: a promise that leaves no verdict, so it is overdue and never breached. */
function nextUpdateReport({ targetMs, startedAt, dueAt, remainingMs, state }: Countdown) {
  return {
    everyMs: targetMs,
    lastAt: instant(startedAt),
    dueAt: instant(dueAt),
    remainingMs,
    overdue: state === "breached",
  };
}

function milestonesReport(round: Round) {
  return Object.fromEntries(MILESTONE_NAMES.map((name) => [name, instant(round.marks[name]?.at ?? null)]));
}

const backDated = (mark: Mark | null) =>
  mark !== null && mark.event !== null && !mark.assumed && isBackDated(mark);

const instant = (at: Instant | null) => (at === null ? null : formatInstant(at));
