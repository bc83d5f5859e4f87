import { countdownsOf } from "../../domain/drop/status.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { isBackDated, type Mark } from "../../domain/incident/incident.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { MILESTONES } from "../../domain/incidentEvents.ts";
import type { CalendarRule } from "../../domain/policy/terms.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { clockTable } from "./clockTable.ts";
import type { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { flow, wrap } from "./table.ts";

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
  return words;
}

function milestoneWords({ incident }: IncidentStatus, time: LocalTime): string[] {
  const { marks } = incident.round;
  return MILESTONES.flatMap((name) => {
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
