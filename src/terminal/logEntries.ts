import type { LedgerEvent } from "../domain/event.ts";
import { inOrder } from "../domain/event.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import type { Release } from "../domain/release.ts";
import { entryFlags, loneEntry, type TimelineEntry, timelineOf } from "../domain/timeline.ts";
import type { Provenance } from "../ledger/provenance.ts";

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

/** The form in which it is stored, its flags, and who put it on record by which commit of the ledger. */
export function logReport({ event, entry }: LogEntry, provenance: Provenance | null) {
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
    enteredBy: provenance?.author ?? null,
    commit: provenance?.commit ?? null,
  };
}
