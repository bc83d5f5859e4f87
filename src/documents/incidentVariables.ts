import { type Clock, clocksOf } from "../domain/clock.ts";
import { isPaused } from "../domain/entry.ts";
import { feltMs } from "../domain/impact.ts";
import type { Incident, Round } from "../domain/incident.ts";
import { MILESTONES } from "../domain/incidentEvents.ts";
import type { IncidentStatus } from "../domain/incidentStatus.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { plainText } from "../domain/plainText.ts";
import { type CalendarRule, CLOCK_NAMES, CLOCKS, ruleFor } from "../domain/terms.ts";
import { clockWords, closingWords, countdownTitle, exactly, MILESTONE_TITLES } from "../domain/wording.ts";
import { isoOrNull, nameOf, noteOn } from "./marks.ts";

/** The incident itself. Instants are ISO 8601 in UTC, spans milliseconds, texts one line. */
export function incidentVariables({ incident, state, warnings }: IncidentStatus) {
  const { round } = incident;
  return {
    id: plainText(incident.id),
    title: plainText(incident.title),
    severity: round.severity,
    kind: incident.kind,
    state,
    drop: incident.drop === null ? null : plainText(incident.drop),
    openedAt: formatInstant(incident.openedAt),
    openedBy: nameOf(incident.openedBy),
    round: round.number,
    reopenedAt: isoOrNull(round.reopenedAt),
    paused: isPaused(incident),
    termsOnRecord: incident.termsOnRecord,
    warnings: warnings.map((warning) => plainText(warning, 500)),
  };
}

/** All seven milestones by name; `at` is null for one that has not been reached. */
function milestoneVariables({ marks }: Round) {
  return Object.fromEntries(
    MILESTONES.map((name) => {
      const mark = marks[name];
      const known = mark && {
        at: formatInstant(mark.at),
        recorded: formatInstant(mark.recorded),
        by: nameOf(mark.by),
        note: noteOn(mark),
        assumed: mark.assumed,
      };
      const none = { at: null, recorded: null, by: null, note: null, assumed: false };
      return [name, { title: MILESTONE_TITLES[name], ...(known ?? none) }];
    }),
  );
}

/** How long people felt it, over all rounds: from the start of the impact (or the reopening) until it was mitigated. */
export function impactVariables(incident: Incident, now: Instant) {
  const { started, mitigated } = incident.round.marks;
  return {
    from: isoOrNull(started?.at ?? null),
    to: isoOrNull(mitigated?.at ?? null),
    lasted: started ? feltMs([incident], now) : null,
    ongoing: mitigated === null,
  };
}

/** All rounds, the current one last; an earlier one as it stood when the incident was reopened. */
export function roundVariables(incident: Incident, now: Instant) {
  return roundsOf(incident).map(({ round, endsAt }) => ({
    number: round.number,
    severity: round.severity,
    reopenedAt: isoOrNull(round.reopenedAt),
    endedAt: isoOrNull(endsAt),
    milestones: milestoneVariables(round),
    pauses: round.pauses.map(({ from, to }) => ({ from: formatInstant(from), to: isoOrNull(to) })),
    clocks: clocksOf(round, Math.min(endsAt ?? now, now)).map((clock) =>
      clockVariables(clock, round, endsAt !== null),
    ),
  }));
}

function roundsOf({ earlier, round }: Incident) {
  const all = [...earlier, round];
  return all.map((each, i) => ({ round: each, endsAt: all[i + 1]?.reopenedAt ?? null }));
}

function clockVariables(clock: Clock, round: Round, over: boolean) {
  const { from, to } = CLOCKS[clock.name];
  const start = clock.from === "reopened" ? null : round.marks[from];
  const end = clock.endedAt === null ? null : round.marks[to];
  return {
    name: clock.name,
    title: countdownTitle(clock.name),
    state: clock.state,
    target: clock.targetMs,
    from: clock.from === "reopened" ? "Reopened" : MILESTONE_TITLES[clock.from],
    fromAt: isoOrNull(clock.startedAt),
    fromNote: start && noteOn(start),
    due: isoOrNull(clock.dueAt),
    ended: isoOrNull(clock.endedAt),
    endedNote: end && noteOn(end),
    // A document is read when it is read: what still runs is told by its due time, and not by what is left now.
    taken: clock.endedAt === null ? null : clock.elapsedMs,
    verdict: over ? closingWords(clock, exactly) : verdictOf(clock),
    calendar: calendarWords(round.terms.calendar, clock.name),
  };
}

const STILL_OPEN: Partial<Record<Clock["state"], string>> = {
  running: "open",
  paused: "paused",
  breached: "overdue",
};

const verdictOf = (clock: Clock) => STILL_OPEN[clock.state] ?? clockWords(clock, exactly);

/** By which calendars the clocks count, as one phrase. */
export function calendarsOf({ terms: { calendar } }: Round): string {
  const words = CLOCK_NAMES.map((name) => calendarWords(calendar, name));
  if (new Set(words).size === 1) return words[0]!;
  return CLOCK_NAMES.map((name, i) => `${countdownTitle(name).toLowerCase()} ${words[i]}`).join(", ");
}

/** By which time a clock counts, in words. */
export function calendarWords(rule: CalendarRule, clock?: Clock["name"]): string {
  const bound = clock ? ruleFor(rule, clock) : rule;
  return bound === "always" ? "around the clock" : `in working hours (${plainText(bound.timeZone, 60)})`;
}
