import { type Calendar, compileCalendar } from "../policy/calendar.ts";
import {
  CLOCK_NAMES,
  CLOCKS,
  type ClockName,
  COUNTDOWNS,
  type CountdownName,
  isClock,
  type Milestone,
  ruleFor,
} from "../policy/terms.ts";
import { exactly, roughly } from "../time/duration.ts";
import { CLOCK_TOLERANCE_MS, type Instant } from "../time/instant.ts";
import type { Mark, Round } from "./incident.ts";

export type ClockState =
  | "waiting"
  | "running"
  | "paused"
  | "met"
  | "missed"
  | "breached"
  | "unknown"
  | "none";

/** One target applied to one round of an incident, at one instant. Times are milliseconds. */
export interface Clock {
  name: ClockName;
  state: ClockState;
  /** Null: the severity has no such target. */
  targetMs: number | null;
  startedAt: Instant | null;
  /** The earliest instant at which the target is used up; null while it waits, is paused, or has no target. */
  dueAt: Instant | null;
  endedAt: Instant | null;
  /** Counted by the calendar, without pauses. */
  elapsedMs: number;
  /** Target less elapsed, negative when past due; null without a target. */
  remainingMs: number | null;
  /** What it counts from: a milestone, or the reopening. */
  from: Milestone | "reopened";
  /** It counts from an assumed shipping time: past its target its state is unknown. */
  onAssumedShipping?: true;
  /** Whether time counts at this instant; false while it waits, is paused, has ended, or out of hours. */
  counting: boolean;
}

/** What runs out and is shown as such. */
export interface Countdown extends Omit<Clock, "name"> {
  name: CountdownName;
}

/** The four clocks of a round at an instant. Pure: the same events, terms and instant give the same clocks. */
export function clocksOf(round: Round, instant: Instant): Clock[] {
  return CLOCK_NAMES.map((name) => clockOf(name, round, instant));
}

/** The calendar of a clock under the terms of a round; the next update uses that of the update clock. */
export function calendarOf(name: CountdownName, round: Round): Calendar {
  return compileCalendar(ruleFor(round.terms.calendar, isClock(name) ? name : "update"));
}

/** A span of a round that has started and not ended, counted like a clock. */
export function openSpan(
  name: CountdownName,
  round: Round,
  startedAt: Instant,
  targetMs: number,
  instant: Instant,
): Omit<Countdown, "name" | "from"> {
  const calendar = calendarOf(name, round);
  const elapsedMs = elapsed(calendar, round, startedAt, null, instant);
  const paused = pausedAt(round, instant);
  const remainingMs = targetMs - elapsedMs;
  return {
    state: remainingMs < 0 ? "breached" : paused ? "paused" : "running",
    targetMs,
    startedAt,
    dueAt: dueAt(calendar, round, startedAt, targetMs, null),
    endedAt: null,
    elapsedMs,
    remainingMs,
    counting: !paused && calendar.counts(instant),
  };
}

function clockOf(name: ClockName, round: Round, instant: Instant): Clock {
  const { from, to } = CLOCKS[name];
  const start = startOf(round, from);
  const end = start ? round.marks[to] : null;
  const targetMs = round.terms.targets[round.severity][name];
  const calendar = calendarOf(name, round);
  const clock: Clock = {
    name,
    state: "waiting",
    targetMs,
    startedAt: start?.at ?? null,
    dueAt: null,
    endedAt: end?.at ?? null,
    elapsedMs: 0,
    remainingMs: targetMs,
    from: start?.from ?? from,
    counting: false,
  };
  if (start) {
    if (start.onAssumedShipping) clock.onAssumedShipping = true;
    clock.elapsedMs = elapsed(calendar, round, start.at, end, instant);
    if (targetMs !== null) {
      clock.remainingMs = targetMs - clock.elapsedMs;
      clock.dueAt = dueAt(calendar, round, start.at, targetMs, end?.at ?? null);
    }
    clock.counting = end === null && !pausedAt(round, instant) && calendar.counts(instant);
  }
  clock.state = stateOf(clock, start !== null, end !== null, pausedAt(round, instant));
  return clock;
}

function stateOf(clock: Clock, started: boolean, ended: boolean, paused: boolean): ClockState {
  if (clock.remainingMs === null) return "none";
  if (!started) return "waiting";
  const late = clock.remainingMs < 0;
  if (late && clock.onAssumedShipping) return "unknown";
  if (ended) return late ? "missed" : "met";
  if (late) return "breached";
  return paused ? "paused" : "running";
}

/** After a reopening the time to detect counts from there: the round before has its verdict already. */
function startOf(
  round: Round,
  from: Milestone,
): (Pick<Clock, "from" | "onAssumedShipping"> & { at: Instant }) | null {
  const mark = round.marks[from];
  if (!mark) return null;
  const { reopenedAt } = round;
  if (reopenedAt !== null && mark.at < reopenedAt) return { at: reopenedAt, from: "reopened" };
  return { at: mark.at, from, ...(mark.onAssumedShipping ? { onAssumedShipping: true } : {}) };
}

function elapsed(
  calendar: Calendar,
  round: Round,
  start: Instant,
  end: Mark | null,
  instant: Instant,
): number {
  // An end in the future cannot be right: its span counts as zero, and it is flagged.
  if (end && end.at > instant + CLOCK_TOLERANCE_MS) return 0;
  const until = end ? end.at : instant;
  let sum = 0;
  for (const [a, b] of unpaused(round, start, until)) sum += calendar.counted(a, b);
  return sum;
}

function dueAt(
  calendar: Calendar,
  round: Round,
  start: Instant,
  target: number,
  end: Instant | null,
): Instant | null {
  let rest = target;
  for (const [a, b] of unpaused(round, start, Number.POSITIVE_INFINITY)) {
    const due = calendar.after(a, rest);
    // A pause that began after the clock had ended does not move its due instant.
    if (due !== null && (due <= b || (end !== null && end <= b))) return due;
    if (b === Number.POSITIVE_INFINITY) return null;
    rest -= calendar.counted(a, b);
  }
  return null;
}

/** The spans of `[from, to)` in which the round is not paused. */
function* unpaused(round: Round, from: Instant, to: Instant): Generator<[Instant, Instant]> {
  let at = from;
  for (const pause of round.pauses) {
    if (pause.from >= to) break;
    if (pause.to !== null && pause.to <= at) continue;
    if (pause.from > at) yield [at, pause.from];
    if (pause.to === null) return;
    at = pause.to;
  }
  if (at < to) yield [at, to];
}

const pausedAt = (round: Round, instant: Instant) =>
  round.pauses.some((pause) => pause.from <= instant && (pause.to === null || pause.to > instant));

/** What a row of text calls it. */
export const countdownName = (name: CountdownName) => (isClock(name) ? name : COUNTDOWNS[name].short);

/** What a clock of a finished round says: it has no time left and waits for nothing. */
export function closingWords(clock: Countdown, length: (ms: number) => string = roughly): string {
  const open = clock.state === "running" || clock.state === "paused" || clock.state === "waiting";
  return open ? "not reached before it was reopened" : clockWords(clock, length);
}

/** The state of a clock in a few words, for a row: `1h 12m left`, `overdue by 4m`, `met in 12m`. */
export function clockWords(clock: Countdown, length: (ms: number) => string = roughly): string {
  switch (clock.state) {
    case "none":
      return "no target";
    case "waiting":
      return `waiting until ${clock.from}`;
    case "running":
      return `${length(clock.remainingMs!)} left${clock.counting ? "" : " (out of hours)"}`;
    case "paused":
      return `paused with ${length(clock.remainingMs!)} left`;
    case "breached":
      return `overdue by ${length(clock.remainingMs!)}`;
    case "met":
      return `met in ${exactly(clock.elapsedMs)}`;
    case "missed":
      return `missed by ${exactly(clock.remainingMs!)}`;
    case "unknown":
      return "unknown: nobody has said when it shipped";
  }
}
