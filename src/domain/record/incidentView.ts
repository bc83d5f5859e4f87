import {
  type DropRecord,
  openAttempt,
  type StepOutcome,
  type UndoAttempt,
  type UndoState,
  undoStateOf,
} from "../drop/dropRecord.ts";
import { countdownsOf } from "../drop/status.ts";
import { type ClockState, type Countdown, clocksOf, openSpan } from "../incident/clock.ts";
import { isPaused } from "../incident/entry.ts";
import type { Incident, IncidentKind, Round } from "../incident/incident.ts";
import { type IncidentState, type IncidentStatus, nextMilestones } from "../incident/incidentStatus.ts";
import type { ClockName, Milestone, Severity } from "../policy/terms.ts";
import { mailOf, nameOf, plainText, shownName } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import { flagsBesideText, type TimelineEntry } from "./timeline.ts";

/** What the page of an incident shows: facts, and inert texts of people. Whoever draws it finds the words. */
export interface IncidentView {
  /** By whose clock all of it is told. */
  at: Instant;
  id: string;
  title: string;
  severity: Severity;
  kind: IncidentKind;
  state: IncidentState;
  drop: string | null;
  /** Counts from 1. */
  round: number;
  paused: boolean;
  /** Its clocks go by working hours, so that no page can count on by itself for long. */
  byHours: boolean;
  openedAt: Instant;
  owner: { name: string; since: Instant } | null;
  clocks: ClockView[];
  earlier: RoundView[];
  entries: EntryView[];
  people: PersonView[];
  undo: UndoView | null;
  documents: readonly DocumentView[];
  /** What can be done from here, the most useful first; none where nothing may be written. */
  next: NextStep[];
  warnings: readonly string[];
}

/** A countdown with what its bar needs. Lengths are milliseconds. */
export interface ClockView
  extends Pick<
    Countdown,
    | "name"
    | "state"
    | "targetMs"
    | "startedAt"
    | "dueAt"
    | "endedAt"
    | "elapsedMs"
    | "remainingMs"
    | "from"
    | "counting"
  > {
  /** The warning shares of the target: when each is reached, or how much of the time is left to it while it is paused. */
  marks: { share: number; at: Instant | null; leftMs: number }[];
  /** Since its start; null: still paused. */
  pauses: { from: Instant; to: Instant | null }[];
}

interface RoundView {
  number: number;
  until: Instant;
  clocks: { name: ClockName; state: ClockState; elapsedMs: number; remainingMs: number | null }[];
}

/** The pillars of the agreement. */
export type Lane = "detection" | "response" | "communication" | "learning";

export interface EntryView {
  /** Stable over redraws. */
  key: string;
  at: Instant;
  lane: Lane;
  text: string;
  who: string;
  round: number;
  retracted: boolean;
  flags: string[];
}

interface PersonView {
  name: string;
  leads: boolean;
  /** Entries that count. */
  acted: number;
  /** When the last of them was entered; null: none. */
  last: Instant | null;
  watched: boolean;
}

export interface UndoView {
  tag: string;
  /** `ready` to `unknown`: whether it could be undone now; `looking`: nobody has looked yet. */
  state: UndoState | "reapplied";
  mode: "undo" | "reapply";
  /** How many files would change, or collide; null: not known. */
  files: number | null;
  steps: { name: string; outcome: StepOutcome | "waiting"; at: Instant | null }[];
  /** Why it stopped, or cannot be done. */
  why: string | null;
  at: Instant | null;
  by: string | null;
}

export interface DocumentView {
  kind: "postmortem" | "runbook";
  /** Relative to the root. */
  path: string;
  written: boolean;
}

export type NextStep =
  | { kind: "mark"; milestone: Milestone }
  | {
      kind:
        | "undo"
        | "continueUndo"
        | "own"
        | "update"
        | "postmortem"
        | "note"
        | "pause"
        | "resume"
        | "reopen";
    };

/** What the view is made of beside the incident. */
interface IncidentFacts {
  status: IncidentStatus;
  story: readonly TimelineEntry[];
  warnAt: readonly number[];
  /** What is on record of its drop; null: it has none. */
  record: DropRecord | null;
  /** The names of the steps that an undo takes by the policy. */
  steps: readonly string[];
  readiness: {
    state: "ready" | "conflicts" | "nothing" | "undone" | "unknown";
    files: number | null;
    why: string | null;
  } | null;
  /** An undo is being carried out here. */
  running: boolean;
  /** Who watched its drop, `Name <mail>`. */
  watchers: readonly string[];
  documents: readonly DocumentView[];
  canWrite: boolean;
}

export function incidentView(facts: IncidentFacts, at: Instant): IncidentView {
  const { status, story, canWrite } = facts;
  const { incident, state } = status;
  const { round } = incident;
  return {
    at,
    id: incident.id,
    title: plainText(incident.title),
    severity: round.severity,
    kind: incident.kind,
    state,
    drop: incident.drop === null ? null : plainText(incident.drop, 80),
    round: round.number,
    paused: isPaused(incident),
    byHours: round.terms.calendar !== "always",
    openedAt: incident.openedAt,
    owner: incident.owner && { name: shownName(incident.owner.who, 80), since: incident.owner.since },
    clocks: countdownsOf(status)
      .filter((clock) => clock.state !== "none")
      .map((clock) => clockView(clock, round, facts.warnAt, at)),
    earlier: earlierRounds(incident),
    entries: story.map(entryView),
    people: peopleOf(incident, facts.watchers),
    undo: undoView(facts),
    documents: facts.documents,
    next: canWrite ? nextSteps(facts) : [],
    warnings: status.warnings.map((text) => plainText(text, 600)),
  };
}

/** The same whatever the time is, as long as nothing but the time has changed: for whoever draws by change only. */
export const withoutTime = (view: IncidentView): IncidentView => ({
  ...view,
  at: 0,
  clocks: view.clocks.map((clock) =>
    clock.endedAt === null
      ? { ...clock, elapsedMs: 0, remainingMs: 0, marks: clock.marks.map((mark) => ({ ...mark, leftMs: 0 })) }
      : clock,
  ),
});

function clockView(clock: Countdown, round: Round, warnAt: readonly number[], at: Instant): ClockView {
  const { name, state, targetMs, startedAt, dueAt, endedAt, elapsedMs, remainingMs, from, counting } = clock;
  const shares = targetMs === null || startedAt === null ? [] : [...warnAt].sort((a, b) => a - b);
  return {
    ...{ name, state, targetMs, startedAt, dueAt, endedAt, elapsedMs, remainingMs, from, counting },
    marks: shares.map((share) => ({
      share,
      at: openSpan(name, round, startedAt!, targetMs! * share, at).dueAt,
      leftMs: targetMs! * share - elapsedMs,
    })),
    pauses: round.pauses.filter(
      (pause) =>
        startedAt !== null &&
        (pause.to === null || pause.to > startedAt) &&
        (endedAt === null || pause.from < endedAt),
    ),
  };
}

const earlierRounds = ({ earlier, round }: Incident): RoundView[] =>
  earlier.map((each, i) => {
    const until = (earlier[i + 1] ?? round).reopenedAt!;
    const clocks = clocksOf(each, until).filter(({ state }) => state !== "none");
    return {
      number: each.number,
      until,
      clocks: clocks.map(({ name, state, elapsedMs, remainingMs }) => ({
        name,
        state,
        elapsedMs,
        remainingMs,
      })),
    };
  });

const DETECTION = new Set(["opened", "started", "detected", "acknowledged", "shipped", "signal", "watched"]);
const COMMUNICATION = new Set(["updated", "sent", "summary"]);
const LEARNING = new Set(["postmortem", "action", "drill"]);

/** The pillar of the agreement that an event belongs to; what is no detection, communication or learning is response. */
function laneOf(type: string): Lane {
  if (DETECTION.has(type)) return "detection";
  if (COMMUNICATION.has(type)) return "communication";
  return LEARNING.has(type) ? "learning" : "response";
}

const entryView = (entry: TimelineEntry): EntryView => ({
  key: `${entry.subject}/${entry.event}`,
  at: entry.at,
  lane: laneOf(entry.type),
  text: plainText(entry.text, 600),
  who: personName(entry.by),
  round: entry.round,
  retracted: entry.retracted,
  flags: flagsBesideText(entry),
});

const personName = (by: string) => plainText(nameOf(by), 60);

/** Who leads comes first, then who did most; one person by the address, however the name is spelled. */
function peopleOf({ events, retracted, owner }: Incident, watchers: readonly string[]): PersonView[] {
  const people = new Map<string, PersonView>();
  const personOf = (by: string): PersonView => {
    const key = mailOf(by) || by.trim().toLowerCase();
    const known = people.get(key) ?? {
      name: personName(by),
      leads: false,
      acted: 0,
      last: null,
      watched: false,
    };
    people.set(key, known);
    return known;
  };
  for (const { id, by, recorded, data } of events) {
    if (retracted.has(id) || data.assumed === true) continue;
    const person = personOf(by);
    person.acted += 1;
    person.last = Math.max(person.last ?? recorded, recorded);
  }
  for (const by of watchers) personOf(by).watched = true;
  if (owner) personOf(owner.who).leads = true;
  return [...people.values()].sort(
    (a, b) => Number(b.leads) - Number(a.leads) || b.acted - a.acted || (a.name < b.name ? -1 : 1),
  );
}

function undoView(facts: IncidentFacts): UndoView | null {
  const { record, readiness, steps, running } = facts;
  if (!record) return null;
  const { attempt, undone, reappliedAt } = record;
  const rest = reappliedAt === null ? (readiness?.state ?? "looking") : "reapplied";
  const state = undoStateOf(record, running, rest);
  const failed = openAttempt(record)?.failed ?? null;
  const by = undone?.by ?? attempt?.by ?? null;
  return {
    tag: plainText(record.tag, 80),
    state,
    mode: attempt?.mode ?? "undo",
    files: state === "ready" || state === "conflicts" ? (readiness?.files ?? null) : null,
    steps: attempt ? stepViews(attempt, steps) : [],
    why: failed
      ? plainText(failed.reason, 300)
      : state === "unknown"
        ? plainText(readiness?.why ?? "", 300)
        : null,
    at: undone?.at ?? (state === "reapplied" ? reappliedAt : (attempt?.startedAt ?? null)),
    by: by === null ? null : personName(by),
  };
}

/** The steps by the policy in their order, and after them what is on record of others. */
function stepViews(attempt: UndoAttempt, planned: readonly string[]): UndoView["steps"] {
  const names = attempt.mode === "reapply" ? [] : planned;
  const others = [...attempt.steps.keys()].filter((name) => !names.includes(name));
  return [...names, ...others].map((name) => {
    const step = attempt.steps.get(name);
    return { name: plainText(name, 200), outcome: step?.outcome ?? "waiting", at: step?.at ?? null };
  });
}

const MOST_MARKS = 2;

function nextSteps({ status: { incident, state }, record }: IncidentFacts): NextStep[] {
  const { round, owner } = incident;
  if (state === "closed") return [{ kind: "reopen" }, { kind: "postmortem" }];
  const paused = isPaused(incident);
  const attempt = record && openAttempt(record);
  const open = nextMilestones(round);
  const [first, ...others] = open.filter((name) => name !== "postmortem");
  const mark = (milestone: Milestone): NextStep => ({ kind: "mark", milestone });
  const telling = open.includes("updated") && round.marks.mitigated !== null;
  const steps: (NextStep | false | null | undefined)[] = [
    paused && { kind: "resume" },
    attempt && { kind: "continueUndo" },
    state === "open" && record !== null && record.undone === null && !attempt && { kind: "undo" },
    telling && { kind: "update" },
    first && mark(first),
    round.marks.mitigated !== null && !round.marks.postmortem && { kind: "postmortem" },
    owner === null && { kind: "own" },
    ...others.slice(0, MOST_MARKS - 1).map(mark),
    state === "open" && !telling && { kind: "update" },
    { kind: "note" },
    owner !== null && { kind: "own" },
    !paused && { kind: "pause" },
    state !== "open" && { kind: "reopen" },
  ];
  return steps.filter((step) => !!step);
}
