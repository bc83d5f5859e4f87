import type { ClockState } from "../domain/incident/clock.ts";
import { COUNTDOWNS, type CountdownName } from "../domain/policy/terms.ts";
import type { ClockView } from "../domain/record/incidentView.ts";
import { exactly, roughly } from "../domain/time/duration.ts";

/** The words of the pages; times are those of the machine that shows them. */

const DAY = 86_400_000;

/** `14:05` today, else with its day. */
export function shortTime(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const near = Math.abs(at - now) < 6 * DAY;
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  if (sameDay) return format(at, time);
  return format(at, near ? { weekday: "short", ...time } : { day: "numeric", month: "short", ...time });
}

export const fullTime = (at: number) => format(at, { dateStyle: "full", timeStyle: "long" });

export const dayOf = (at: number) => format(at, { day: "numeric", month: "short", year: "numeric" });

// Making one costs more than a thousand uses of it.
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", options);
  formats.set(key, known);
  return known.format(at);
}

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** A sentence whose instants are told as the page tells its own. */
export const inLocalTime = (sentence: string, now: number) =>
  sentence.replace(INSTANT, (text) => shortTime(Date.parse(text), now));

export const clockTitle = (name: CountdownName) => COUNTDOWNS[name].title;

/** The state of a clock in one word, beside its colour. */
export const STATE_WORDS: Record<ClockState, string> = {
  waiting: "waiting",
  running: "running",
  paused: "paused",
  met: "met",
  missed: "missed",
  breached: "overdue",
  unknown: "unknown",
  none: "no target",
};

/** What stands large. */
export function largeTime({ state, remainingMs, elapsedMs }: ClockView): string {
  switch (state) {
    case "running":
    case "paused":
      return seconds(remainingMs!);
    case "breached":
      return `+${seconds(remainingMs!)}`;
    case "met":
    case "missed":
      return exactly(elapsedMs);
    default:
      return "–";
  }
}

/** `1:12:34`, under an hour `12:34`, over a day `3d 4h`. */
function seconds(ms: number): string {
  const size = Math.abs(ms);
  if (size >= DAY) return roughly(size);
  const all = Math.floor(size / 1000);
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** What is said below it. */
export function clockSentence(clock: ClockView, now: number): string {
  const { state, dueAt, remainingMs, targetMs, from, counting, startedAt, endedAt } = clock;
  const of = targetMs === null ? "" : ` of ${roughly(targetMs)}`;
  switch (state) {
    case "waiting":
      return `waiting until ${from}`;
    case "running":
      return `left${of}, due ${dueAt === null ? "not in 20 years" : shortTime(dueAt, now)}${counting ? "" : ", out of hours now"}`;
    case "paused":
      return `left${of}, paused; not due while paused`;
    case "breached":
      return `overdue${dueAt === null ? "" : `, due ${shortTime(dueAt, now)}`}${of === "" ? "" : `, target ${roughly(targetMs!)}`}`;
    case "met":
      return `met${of}, ${shortTime(startedAt!, now)} to ${shortTime(endedAt!, now)}`;
    case "missed":
      return `missed by ${exactly(remainingMs!)}, target ${roughly(targetMs!)}`;
    case "unknown":
      return "unknown: nobody has said when it shipped";
    case "none":
      return "no target";
  }
}

/** A clock at a later instant than it was told for: time passes, whoever looks. */
export function clockAt(clock: ClockView, told: number, now: number): ClockView {
  if (!clock.counting || clock.remainingMs === null || clock.endedAt !== null) return clock;
  const passed = Math.max(0, now - told);
  const remainingMs = clock.remainingMs - passed;
  const state = clock.state === "running" && remainingMs < 0 ? "breached" : clock.state;
  return { ...clock, state, remainingMs, elapsedMs: clock.elapsedMs + passed };
}
