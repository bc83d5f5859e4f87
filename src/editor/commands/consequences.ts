import { countdownsOf } from "../../domain/drop/status.ts";
import type { LedgerEvent } from "../../domain/event/event.ts";
import { type Countdown, clockWords } from "../../domain/incident/clock.ts";
import { type IncidentStatus, incidentStatus } from "../../domain/incident/incidentStatus.ts";
import { COUNTDOWNS } from "../../domain/policy/terms.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { shortTime } from "../model/text.ts";
import type { Chosen } from "./choose.ts";

/** An event that somebody is about to enter. */
type Supposed = Pick<LedgerEvent, "type"> & Partial<Pick<LedgerEvent, "at" | "data">>;

/**
 * What an entry would change, before it is made: a line for the state and for each clock that reads differently.
 * Empty where nothing does. Computed by the very fold that will judge it.
 */
export function consequencesOf({ project, status }: Chosen, supposed: Supposed, now: Instant): string[] {
  const release = project.reading?.release;
  if (!release) return [];
  const { id } = status.incident;
  const event: LedgerEvent = {
    id: "~",
    subject: `incident/${id}`,
    by: "",
    at: now,
    recorded: now,
    data: {},
    ...supposed,
  };
  const after = release.incident(id, event);
  if (!after) return ["The whole incident is taken back: it is no longer listed, and its clocks stop."];
  return differences(status, incidentStatus(after, now, release.policy.policy.updates.every), now);
}

function differences(before: IncidentStatus, after: IncidentStatus, now: Instant): string[] {
  const lines = before.state === after.state ? [] : [`${before.state} → ${after.state}`];
  const clocks = new Map(countdownsOf(after).map((clock) => [clock.name, clock]));
  const names = new Set([...countdownsOf(before), ...countdownsOf(after)].map(({ name }) => name));
  const then = new Map(countdownsOf(before).map((clock) => [clock.name, clock]));
  for (const name of names) {
    const [from, to] = [wordsOf(then.get(name), now), wordsOf(clocks.get(name), now)];
    if (from !== to) lines.push(`${COUNTDOWNS[name].title}: ${from} → ${to}`);
  }
  return lines;
}

function wordsOf(clock: Countdown | undefined, now: Instant): string {
  if (!clock || clock.state === "none") return "no target";
  const due =
    clock.dueAt !== null && clock.endedAt === null && clock.state !== "waiting"
      ? `, due ${shortTime(clock.dueAt, now)}`
      : "";
  return `${clockWords(clock)}${due}`;
}
