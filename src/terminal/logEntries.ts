import type { LedgerEvent } from "../domain/event.ts";
import { inOrder } from "../domain/event.ts";
import { isBackDated } from "../domain/incident.ts";
import { CLOCK_TOLERANCE_MS, formatInstant, type Instant } from "../domain/instant.ts";
import type { Release } from "../domain/release.ts";
import { entryFlags, type TimelineEntry, timelineOf } from "../domain/timeline.ts";
import { eventWords } from "../domain/wording.ts";

export interface LogEntry {
  event: LedgerEvent;
  entry: TimelineEntry;
}

/** Every event of the ledger, the newest first, with what its incident says about it. */
export function logEntries({ events, incidents }: Release, at: Instant): LogEntry[] {
  const told = new Map<string, TimelineEntry>();
  for (const incident of incidents)
    for (const entry of timelineOf(incident, at)) told.set(entry.event, entry);
  return [...events]
    .sort((a, b) => inOrder(b, a))
    .map((event) => ({ event, entry: told.get(event.id) ?? loneEntry(event, at) }));
}

/** The form in which it is stored, and its flags. */
export function logReport({ event, entry }: LogEntry) {
  const { id, subject, type, at, recorded, by, data } = event;
  return {
    v: 1,
    id,
    subject,
    type,
    at: formatInstant(at),
    recorded: formatInstant(recorded),
    by,
    data,
    flags: entryFlags(entry),
  };
}

/** An event that belongs to no incident: one of a drop, of the council, or of an incident that was taken back. */
function loneEntry(event: LedgerEvent, at: Instant): TimelineEntry {
  return {
    event: event.id,
    type: event.type,
    at: event.at,
    recorded: event.recorded,
    by: event.by,
    text: eventWords(event),
    round: 1,
    retracted: false,
    backDated: isBackDated(event) && event.data.assumed !== true,
    future: event.at > at + CLOCK_TOLERANCE_MS,
    ahead: event.recorded > at + CLOCK_TOLERANCE_MS,
    assumed: event.data.assumed === true,
    clockGiven: event.data.clock === "given",
  };
}
