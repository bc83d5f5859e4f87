import type { Countdown } from "../../domain/incident/clock.ts";
import { writeDuration } from "../../domain/time/duration.ts";
import { countdownName, exactly, roughly } from "../../domain/wording.ts";
import type { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./paint.ts";
import { table, visibleWidth } from "./table.ts";

const HEADINGS = ["CLOCK", "STATE", "TIME", "TARGET", "DUE", "COUNTS FROM"];

/** The clocks of an incident, each with what it counts from and by which target, so that its number explains itself. */
export function clockTable(
  clocks: readonly Countdown[],
  time: LocalTime,
  page: Page,
  indent: string,
): string[] {
  const due = (clock: Countdown) => time.time(clock.dueAt!);
  // Where a row gets too long, the milestones that are shown below it tell the rest: the instants, then the zone.
  const rows = (dueWords: (clock: Countdown) => string, from: (clock: Countdown) => string) =>
    table(
      [HEADINGS.map(page.paint.dim), ...clocks.map((clock) => row(clock, dueWords, from, page.paint))],
      indent,
    );
  const fits = (lines: string[]) => lines.every((line) => visibleWidth(line) <= page.width);
  const full = rows(due, (clock) => fromWords(clock, time));
  if (fits(full)) return full;
  const shorter = rows(due, (clock) => clock.from);
  return fits(shorter)
    ? shorter
    : rows(
        (clock) => time.short(clock.dueAt!),
        (clock) => clock.from,
      );
}

function row(
  clock: Countdown,
  due: (clock: Countdown) => string,
  from: (clock: Countdown) => string,
  paint: Paint,
) {
  return [
    countdownName(clock.name),
    paintState(clock, paint)(stateCell(clock)),
    timeCell(clock),
    clock.targetMs === null ? "none" : hours(clock.targetMs),
    dueCell(clock, due),
    from(clock),
  ];
}

function stateCell({ name, state }: Countdown): string {
  if (state === "none") return "-";
  // The next update leaves no verdict, so it is never breached for good.
  return name === "nextUpdate" && state === "breached" ? "overdue" : state;
}

function paintState({ state }: Countdown, paint: Paint): (text: string) => string {
  if (state === "breached") return (text) => paint.bold(paint.red(text));
  if (state === "missed") return paint.red;
  if (state === "running" || state === "paused") return paint.yellow;
  return state === "met" ? paint.green : paint.dim;
}

function timeCell(clock: Countdown): string {
  switch (clock.state) {
    case "running":
    case "paused":
      return `${roughly(clock.remainingMs!)} left`;
    case "breached":
      return `${roughly(clock.remainingMs!)} over`;
    case "met":
      return `in ${exactly(clock.elapsedMs)}`;
    case "unknown":
      return "when it shipped is assumed";
    case "missed":
      return `late by ${exactly(clock.remainingMs!)}`;
    default:
      return "";
  }
}

function dueCell(clock: Countdown, due: (clock: Countdown) => string): string {
  if (clock.endedAt !== null || clock.state === "none" || clock.state === "waiting") return "";
  if (clock.dueAt !== null) return due(clock);
  // Nobody can be told a day that the calendar does not come to.
  return clock.state === "paused" ? "not while paused" : "not in 20 years";
}

const fromWords = (clock: Countdown, time: LocalTime) =>
  clock.startedAt === null
    ? clock.from
    : `${clock.from} ${time.short(clock.startedAt)}${clock.onAssumedShipping ? " (assumed)" : ""}`;

/** Targets are told in the unit that people wrote them in: 72h stays 72h. */
function hours(ms: number): string {
  const written = writeDuration(ms);
  return ms % 3_600_000 === 0 && ms <= 72 * 3_600_000 ? `${ms / 3_600_000}h` : written;
}
