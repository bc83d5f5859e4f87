import type { Reading } from "../app/project.ts";
import type { LedgerEvent } from "../domain/event.ts";
import { asOf, inOrder } from "../domain/event.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { entryFlags, loneEntry, type TimelineEntry, timelineOf } from "../domain/timeline.ts";
import type { Provenance } from "../ledger/provenance.ts";

export interface LogEntry {
  event: LedgerEvent;
  entry: TimelineEntry;
  /** For want of a signature. */
  uncounted: boolean;
}

/** Every event of the ledger, the newest first, with what its incident says about it; also those that do not count. */
export function logEntries(
  { release, ledger, uncounted }: Reading,
  lookBackTo: Instant | null,
  at: Instant,
): LogEntry[] {
  const { incidents } = release;
  const events = lookBackTo === null ? ledger.events : asOf(ledger.events, lookBackTo);
  const told = new Map<string, TimelineEntry>();
  for (const incident of incidents)
    for (const entry of timelineOf(incident, at)) told.set(entry.event, entry);
  return [...events]
    .sort((a, b) => inOrder(b, a))
    .map((event) => ({
      event,
      entry: told.get(event.id) ?? loneEntry(event, at),
      uncounted: uncounted.has(event.id),
    }));
}

/** The flag of an entry that does not count. */
export const UNCOUNTED = "not signed, does not count";

/** The form in which it is stored, its flags, and who put it on record by which commit of the ledger. */
export function logReport({ event, entry, uncounted }: LogEntry, provenance: Provenance | null) {
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
    flags: [...entryFlags(entry), ...(uncounted ? [UNCOUNTED] : [])],
    enteredBy: provenance?.author ?? null,
    commit: provenance?.commit ?? null,
  };
}
