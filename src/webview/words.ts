import type { ClockState } from "../domain/incident/clock.ts";
import { COUNTDOWNS, type CountdownName } from "../domain/policy/terms.ts";
import type { ClockView } from "../domain/record/incidentView.ts";
import { exactly, roughly } from "../domain/time/duration.ts";

/** The words of the pages; times are those of the machine that shows them. */

const DAY = 86_400_000;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// By hand: a timeline has thousands of them, and a format of the browser's takes a hundred times as long.

/** `14:05` today, else with its day. */
export function shortTime(at: number, now: number): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  if (Math.abs(at - now) < 6 * DAY) return `${DAYS[date.getDay()]} ${time}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${time}`;
}

/** `Mon 23 Nov 2026 14:05:12 +01:00` */
export function fullTime(at: number): string {
  const date = new Date(at);
  const minutes = -date.getTimezoneOffset();
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${DAYS[date.getDay()]} ${dayOf(at)} ${time} ${zone}`;
}

export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

const two = (n: number) => String(n).padStart(2, "0");

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
