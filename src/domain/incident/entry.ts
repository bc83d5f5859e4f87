import { MILESTONES, type Milestone } from "../policy/terms.ts";
import { roughly } from "../time/duration.ts";
import { CLOCK_TOLERANCE_MS, formatInstant, type Instant } from "../time/instant.ts";
import type { Incident, Mark, Marks } from "./incident.ts";
import type { IncidentState } from "./incidentStatus.ts";

/**
 * The checks of what people enter. Each gives the reason for a refusal and what to do, or null. Events from elsewhere
 * are not refused: the replay accepts and flags them.
 */

/** The milestones that must come first. */
const PREDECESSOR: Partial<Record<Milestone, Milestone>> = {
  detected: "started",
  acknowledged: "detected",
  mitigated: "detected",
  updated: "started",
  resolved: "mitigated",
  postmortem: "mitigated",
};

export function refuseFuture(what: string, at: Instant, now: Instant): string | null {
  if (at <= now + CLOCK_TOLERANCE_MS) return null;
  return `${what} at ${formatInstant(at)} lies ${roughly(at - now)} in the future; give an instant that has passed.`;
}

export function refuseMark(
  incident: Incident,
  milestone: Milestone,
  at: Instant,
  now: Instant,
): string | null {
  const title = MILESTONES[milestone].title;
  const { marks, reopenedAt } = incident.round;
  const future = refuseFuture(title, at, now);
  if (future) return future;
  if (reopenedAt !== null && milestone !== "started" && at < reopenedAt) {
    return `${title} at ${formatInstant(at)} lies before the reopening at ${formatInstant(reopenedAt)}; give a later instant.`;
  }
  const already = marks[milestone];
  // Updates to customers may follow each other; any other milestone is reached once.
  if (already && !already.assumed && at >= already.at && milestone !== "updated") {
    return `${title} is marked at ${formatInstant(already.at)} already; if that is wrong, retract it first: dropclock incident retract ${incident.id} ${already.event} --why "…".`;
  }
  return refuseOrder(incident, milestone, at);
}

/** For a milestone that is moved: its present mark does not count, since it is replaced. */
export function refuseMove(
  incident: Incident,
  milestone: Milestone,
  at: Instant,
  now: Instant,
): string | null {
  const marks = { ...incident.round.marks, [milestone]: null };
  return refuseMark({ ...incident, round: { ...incident.round, marks } }, milestone, at, now);
}

function refuseOrder(incident: Incident, milestone: Milestone, at: Instant): string | null {
  const { marks } = incident.round;
  const title = MILESTONES[milestone].title;
  const before = predecessorOf(milestone, marks);
  const predecessor = before && marks[before];
  if (before && !predecessor) {
    return before === "mitigated"
      ? `The incident is not mitigated yet; mark that first: dropclock incident mark ${incident.id} mitigated.`
      : `“${MILESTONES[before].title}” is not marked yet; mark it first: dropclock incident mark ${incident.id} ${before}.`;
  }
  // An assumed start yields to a known one.
  if (predecessor && at < predecessor.at && !(before === "started" && predecessor.assumed)) {
    return `${title} at ${formatInstant(at)} lies before ${named(before!, predecessor)}; give a later instant, or ${wayOut(predecessor)}.`;
  }
  for (const name of Object.keys(PREDECESSOR) as Milestone[]) {
    const successor = marks[name];
    if (successor && at > successor.at && PREDECESSOR[name] === milestone) {
      return `${title} at ${formatInstant(at)} lies after ${named(name, successor)}; give an earlier instant, or ${wayOut(successor)}.`;
    }
  }
  return null;
}

/** A resolved incident counts as mitigated at that time, unless it was marked; it still cannot come before detection. */
function predecessorOf(milestone: Milestone, marks: Marks): Milestone | undefined {
  const unsaid = !marks.mitigated || marks.mitigated.assumed;
  return milestone === "resolved" && unsaid ? "detected" : PREDECESSOR[milestone];
}

const named = (milestone: Milestone, { at, assumed }: Mark) =>
  `“${MILESTONES[milestone].title}” at ${formatInstant(at)}${assumed ? " (assumed)" : ""}`;

const wayOut = ({ assumed }: Mark) => (assumed ? "mark that one first" : "retract that one first");

export function refusePause(incident: Incident, paused: boolean, state: IncidentState): string | null {
  if (paused && state === "closed")
    return `Incident ${incident.id} is closed; none of its clocks runs, so there is nothing to pause.`;
  if (isPaused(incident) === paused) {
    return paused
      ? `Its clocks are paused already; go on with: dropclock incident resume ${incident.id} --why "…".`
      : `Its clocks are not paused; nothing to resume.`;
  }
  return null;
}

export function refuseReopen(incident: Incident, state: IncidentState): string | null {
  return state === "open" ? `Incident ${incident.id} is open; there is nothing to reopen.` : null;
}

export function refuseRetract(incident: Incident, event: string): string | null {
  const target = incident.events.find((each) => each.id === event);
  if (!target)
    return `There is no event ${event} on ${incident.id}; see: dropclock incident show ${incident.id}.`;
  if (incident.retracted.has(event)) return `Event ${event} is retracted already.`;
  return null;
}

export const isPaused = (incident: Incident) => incident.round.pauses.at(-1)?.to === null;

/** A new incident's id: the day (UTC) and the title's words; a number follows if that id is taken. */
export function incidentId(title: string, at: Instant, taken: (id: string) => boolean): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  const base = `${formatInstant(at).slice(0, 10)}-${words || "incident"}`;
  if (!taken(base)) return base;
  for (let n = 2; ; n++) if (!taken(`${base}-${n}`)) return `${base}-${n}`;
}
