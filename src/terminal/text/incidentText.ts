import { countdownsOf, mostUrgent } from "../../domain/drop/status.ts";
import {
  type Countdown,
  clocksOf,
  clockWords,
  closingWords,
  countdownName,
} from "../../domain/incident/clock.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { type Incident, isBackDated, type Mark } from "../../domain/incident/incident.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { type CalendarRule, isClock, MILESTONE_NAMES } from "../../domain/policy/terms.ts";
import { explainedFlags, type TimelineEntry } from "../../domain/record/timeline.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { exactly, roughly, writeDuration } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { LocalTime } from "./localTime.ts";
import type { Page, Paint } from "./page.ts";
import { cut, flow, table, visibleWidth, wrap } from "./table.ts";

/** One incident with everything that happened. */
export function incidentDetailText(
  status: IncidentStatus,
  story: readonly TimelineEntry[],
  at: Instant,
  page: Page,
): string {
  const time = new LocalTime(at);
  const { incident } = status;
  const next = nextCommand(status);
  return [
    ...incidentBlock(status, time, page),
    ...(next ? [`  Next: ${next}`] : []),
    ...earlierRounds(incident, time, page),
    "",
    page.paint.bold("Timeline"),
    ...timelineRows(story, time, page, "  "),
  ].join("\n");
}

/** The rounds before the incident was reopened: their verdicts stand. */
function earlierRounds({ earlier, round }: Incident, time: LocalTime, { width }: Page): string[] {
  return earlier.flatMap((each, i) => {
    const over = (earlier[i + 1] ?? round).reopenedAt!;
    const verdicts = clocksOf(each, over)
      .filter(({ state }) => state !== "none")
      .map((clock) => `${clock.name} ${closingWords(clock)}`);
    return wrap(
      `Round ${each.number}, until reopened ${time.time(over)}: ${verdicts.join("; ")}.`,
      width,
      "  ",
      "    ",
    );
  });
}

const INDENT = "  ";

/** An incident as a block: what it is, its four clocks, its milestones, and what to be wary of. */
export function incidentBlock(status: IncidentStatus, time: LocalTime, page: Page): string[] {
  const { incident } = status;
  const { paint } = page;
  const lines = [
    ...wrap(plainText(incident.title), page.width, "").map(paint.bold),
    ...flow([incident.id, ...facts(status)], " · ", page.width, INDENT),
    ...clockTable(countdownsOf(status), time, page, INDENT),
    ...flow(milestoneWords(status, time), " · ", page.width, INDENT),
  ];
  const calendar = calendarWords(status);
  if (calendar) lines.push(...wrap(calendar, page.width, INDENT));
  for (const warning of status.warnings)
    lines.push(...wrap(`Note: ${warning}`, page.width, INDENT, `${INDENT}  `).map(paint.yellow));
  return lines;
}

/** The command that most likely comes next. */
export function nextCommand({ incident, state }: IncidentStatus): string | null {
  if (isPaused(incident)) return `dropclock incident resume ${incident.id} --why "…"`;
  const [next] = state === "closed" ? [] : nextMilestones(incident.round);
  return next ? `dropclock incident mark ${incident.id} ${next}` : null;
}

function facts({ incident, state }: IncidentStatus): string[] {
  const { round } = incident;
  const words: string[] = [round.severity, state];
  if (incident.kind !== "real") words.push(`a ${incident.kind}, not counted`);
  if (incident.drop) words.push(plainText(incident.drop, 60));
  if (round.number > 1) words.push(`round ${round.number}`);
  if (isPaused(incident)) words.push("paused");
  if (incident.owner) words.push(`led by ${shownName(incident.owner.who, 80)}`);
  return words;
}

function milestoneWords({ incident }: IncidentStatus, time: LocalTime): string[] {
  const { marks } = incident.round;
  return MILESTONE_NAMES.flatMap((name) => {
    const mark = marks[name];
    return mark ? [`${name} ${time.time(mark.at)}${markFlag(mark)}`] : [];
  });
}

function markFlag(mark: Mark): string {
  if (mark.assumed) return " (assumed)";
  return mark.event !== null && isBackDated(mark) ? " (back-dated)" : "";
}

function calendarWords({ incident, clocks }: IncidentStatus): string | null {
  const rule: CalendarRule = incident.round.terms.calendar;
  if (rule === "always") return null;
  const bound = rule.for ? ` for ${rule.for.join(", ")}` : "";
  const resting = clocks.filter(({ state, counting }) => state === "running" && !counting);
  const now = resting.length > 0 ? `; out of hours now: ${resting.map(({ name }) => name).join(", ")}` : "";
  return `Counts working hours only (${rule.timeZone})${bound}${now}.`;
}

const HEADINGS = ["CLOCK", "STATE", "TIME", "TARGET", "DUE", "COUNTS FROM"];

/** The clocks of an incident, each with what it counts from and by which target, so that its number explains itself. */
function clockTable(clocks: readonly Countdown[], time: LocalTime, page: Page, indent: string): string[] {
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
  return !isClock(name) && state === "breached" ? "overdue" : state;
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

/** A row for each incident, with its most urgent clock. Cut to the width of a terminal, whole in a pipe. */
export function incidentListText(list: readonly IncidentStatus[], unlisted: number, page: Page): string {
  const rows = list.map((status) => {
    const { incident, state } = status;
    const urgent = mostUrgent([status]);
    const kind = incident.kind === "real" ? "" : ` (${incident.kind})`;
    return [
      incident.id,
      `${incident.round.severity}${kind}`,
      state,
      urgent ? `${countdownName(urgent.clock.name)} ${clockWords(urgent.clock)}` : "",
      plainText(incident.title),
    ];
  });
  const lines = table(rows);
  if (unlisted > 0) lines.push(`… and ${unlisted} more open, less urgent: too many to list`);
  return (page.terminal ? lines.map((line) => cut(line, page.width)) : lines).join("\n");
}

/** The events of an incident, a row each; the first column names an event for `incident retract`. */
function timelineRows(
  entries: readonly TimelineEntry[],
  time: LocalTime,
  { paint }: Page,
  indent: string,
): string[] {
  // What is no entry of the incident cannot be retracted from it.
  const own = entries.filter(({ subject }) => subject.startsWith("incident/"));
  const short = shortIds(own.map(({ event }) => event));
  return table(
    entries.map((entry) => [
      paint.dim(short.get(entry.event) ?? ""),
      time.time(entry.at),
      entry.by === "" ? "" : shownName(entry.by, 40),
      entryWords(entry, time, paint),
    ]),
    indent,
  );
}

/** What happened, and what to be wary of about it. */
export function entryWords(entry: TimelineEntry, time: LocalTime, paint: Paint): string {
  const words = entry.retracted ? paint.dim(entry.text) : entry.text;
  const flags = explainedFlags(entry, (instant) => time.time(instant));
  return flags.length === 0 ? words : `${words} ${paint.yellow(`(${flags.join(", ")})`)}`;
}

/** As much of the end of each id as tells it from the others; the beginnings are alike. */
function shortIds(ids: readonly string[]): Map<string, string> {
  let length = 6;
  const ends = () => new Set(ids.map((id) => id.slice(-length)));
  while (ends().size < ids.length && length < 26) length++;
  return new Map(ids.map((id) => [id, plainText(id.slice(-length), 26)]));
}
