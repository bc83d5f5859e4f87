import { CLOCK_NAMES, CLOCKS, MILESTONE_NAMES, MILESTONES, type Milestone } from "../policy/terms.ts";
import { counted } from "../text/counted.ts";
import { plainText } from "../text/plainText.ts";
import { exactly, roughly } from "../time/duration.ts";
import { CLOCK_TOLERANCE_MS, formatInstant, type Instant, latestOf } from "../time/instant.ts";
import { type Clock, type ClockState, type Countdown, clocksOf, openSpan } from "./clock.ts";
import { type Incident, isBackDated, type Mark, type Round } from "./incident.ts";

export type IncidentState = "open" | "mitigated" | "resolved" | "closed";

/** An incident at an instant. */
export interface IncidentStatus {
  incident: Incident;
  state: IncidentState;
  clocks: Clock[];
  /** Null if no further customer update is due. */
  nextUpdate: Countdown | null;
  /** Warnings about what may be wrong, as sentences. */
  warnings: string[];
  /** The same but for what was entered late, where a surface tells that beside the milestone itself. */
  doubts: string[];
}

/** @param updatesEvery How often customers get an update, in milliseconds, by the current policy; null: never. */
export function incidentStatus(
  incident: Incident,
  instant: Instant,
  updatesEvery: number | null = null,
): IncidentStatus {
  const clocks = clocksOf(incident.round, instant);
  return {
    incident,
    state: stateOf(incident.round, clocks),
    clocks,
    nextUpdate: nextUpdate(incident.round, updatesEvery, instant),
    ...warningsOf(incident, instant),
  };
}

/** Closed: resolved, and no clock is left that could still be met or missed. */
function stateOf({ marks }: Round, clocks: readonly Clock[]): IncidentState {
  if (!marks.mitigated) return "open";
  if (!marks.resolved) return "mitigated";
  const settled = clocks.every(({ state }) => SETTLED.includes(state));
  return settled ? "closed" : "resolved";
}

const SETTLED: readonly ClockState[] = ["met", "missed", "unknown", "none"];

/** The next milestones, the most useful first. */
export function nextMilestones({ marks, terms, severity }: Round): Milestone[] {
  const open = MILESTONE_NAMES.filter((name) => name !== "started" && !marks[name]);
  const wanted = terms.targets[severity];
  const useful = open.filter((name) => {
    if (name === "acknowledged") return !marks.mitigated;
    if (name === "updated") return wanted.update !== null || !marks.resolved;
    if (name === "postmortem") return marks.mitigated !== null && wanted.postmortem !== null;
    return true;
  });
  // Acknowledging ends no clock; milestones that do come first.
  const rank = (name: Milestone) =>
    ["detected", "mitigated", "updated", "resolved", "postmortem", "acknowledged"].indexOf(name);
  return useful.sort((a, b) => rank(a) - rank(b));
}

function warningsOf(incident: Incident, instant: Instant): Pick<IncidentStatus, "warnings" | "doubts"> {
  const { round } = incident;
  const warnings: string[] = [];
  const late: string[] = [];
  if (!incident.termsOnRecord) {
    warnings.push("Its policy is not on record (or cannot be read): it is judged by the policy of today.");
  }
  if (round.marks.started?.onAssumedShipping) {
    warnings.push(
      "Nobody has said when its drop shipped: the date of the drop's commit is assumed. So beyond the target it is unknown whether it was detected in time, until somebody says when impact began.",
    );
  }
  for (const name of MILESTONE_NAMES) {
    const mark = round.marks[name];
    if (!mark) continue;
    if (mark.at > instant + CLOCK_TOLERANCE_MS)
      warnings.push(
        `${MILESTONES[name].title} lies in the future (${formatInstant(mark.at)}): its span counts as zero.`,
      );
    else if (mark.event && !mark.assumed && isBackDated(mark)) {
      late.push(backDatedWords(name, mark));
      warnings.push(late.at(-1)!);
    }
  }
  for (const name of CLOCK_NAMES) warnings.push(...negativeSpan(round, name));
  warnings.push(...openedAgain(incident), ...authorWarnings(incident));
  const ahead = incident.events.filter((event) => event.recorded > instant + CLOCK_TOLERANCE_MS);
  if (ahead.length > 0) {
    const most = latestOf(ahead.map(({ recorded }) => recorded)) - instant;
    const who = [...new Set(ahead.map((event) => plainText(event.by, 80)))].join(", ");
    warnings.push(
      `${counted(ahead.length, "event")} by ${who} recorded ahead of this machine's clock, by up to ${roughly(most)}.`,
    );
  }
  return { warnings, doubts: warnings.filter((each) => !late.includes(each)) };
}

const backDatedWords = (name: Milestone, { recorded, at, by }: Mark) =>
  `${MILESTONES[name].title} is back-dated: entered ${exactly(recorded - at)} later by ${plainText(by, 80)}.`;

/**
 * Clones that were apart may have opened two incidents with the same id. The first opening counts; what is lost with
 * another one is flagged.
 */
function openedAgain(incident: Incident): string[] {
  const rounds = [...incident.earlier, incident.round];
  const severity = incident.events.find(({ id }) => id === incident.openedEvent)?.data.severity;
  return incident.events
    .filter(({ type, id }) => type === "opened" && id !== incident.openedEvent && !incident.retracted.has(id))
    .flatMap((other) => {
      const who = `${formatInstant(other.at)} by ${plainText(other.by, 80)}`;
      const during = rounds.findLast(({ reopenedAt }) => reopenedAt === null || reopenedAt <= other.at);
      const { mitigated } = (during ?? rounds[0]!).marks;
      if (during === incident.round && mitigated && mitigated.at <= other.at)
        return [`Opened again at ${who}, when it was mitigated already; if it goes on, reopen it.`];
      if (other.data.severity === severity) return [];
      return [
        `Also opened as ${plainText(String(other.data.severity), 20)} at ${who}; the first opening counts.`,
      ];
    });
}

/** The authors named by events that the ledger's commits do not confirm. */
function authorWarnings({ events }: Incident): string[] {
  const pairs = new Map<string, number>();
  let unknown = 0;
  for (const { by, enteredBy } of events) {
    if (enteredBy === undefined) continue;
    if (enteredBy === null) unknown++;
    else {
      const pair = `by ${plainText(by, 80)}, but entered by ${plainText(enteredBy, 80)}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  const warnings = [...pairs].map(([pair, n]) => `${counted(n, "event")} said to be ${pair}.`);
  if (unknown > 0)
    warnings.push(
      `${counted(unknown, "event")} whose author the ledger here cannot vouch for: its history is cut.`,
    );
  return warnings;
}

function negativeSpan(round: Round, name: Clock["name"]): string[] {
  const { from, to } = CLOCKS[name];
  const start = round.marks[from];
  const end = round.marks[to];
  if (!start || !end || end.at >= start.at) return [];
  return [`${MILESTONES[to].title} lies before “${MILESTONES[from].title}”: its span counts as zero.`];
}

/**
 * When the next customer update is due: a period after the last one, while the incident is open and customers were told.
 * It counts by the calendar of the update clock and pauses with the clocks. It is a promise that is always
 * renewed, so it has no verdict: overdue, it is `breached` until the next update.
 * @param every Milliseconds; null: never.
 */
export function nextUpdate(round: Round, every: number | null, instant: Instant): Countdown | null {
  if (every === null || round.marks.resolved || round.updates.length === 0) return null;
  const last = latestOf(round.updates.map(({ at }) => at));
  return {
    name: "nextUpdate",
    from: "updated",
    ...openSpan("nextUpdate", round, last, every, instant),
  };
}
