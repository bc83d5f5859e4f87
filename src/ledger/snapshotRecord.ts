import type { LedgerEvent } from "../domain/event.ts";
import type { Held } from "./eventGroups.ts";
import { eventPath } from "./eventPath.ts";
import { identityOf } from "./identity.ts";
import type { Adder } from "./provenance.ts";

/** An event in a snapshot, without its subject; at the end who entered it, where that is in doubt. */
type EventRecord = [
  id: string,
  type: string,
  at: number,
  recorded: number,
  by: string,
  data: Record<string, unknown>,
  enteredBy?: string | null,
];

/** How it lies in the ledger: what names its bytes, its path (0: the usual one), and who added it. */
type EntryRecord = [key: string, path: string | 0, ...adders: AdderRecord[]];

/** A commit, its author (0: as the event claims), and 1 for a union. */
type AdderRecord = [commit: string, author: string | 0, merge: 0 | 1];

/** The events of one subject as two texts: most readers need the first one only. */
export function writeSegment(held: readonly Held[]): { events: Buffer; entries: Buffer } {
  return {
    events: Buffer.from(JSON.stringify(held.map(eventRecord))),
    entries: Buffer.from(JSON.stringify(held.map(entryRecord))),
  };
}

export function readEvents(subject: string, text: string): LedgerEvent[] {
  return (JSON.parse(text) as EventRecord[]).map(([id, type, at, recorded, by, data, enteredBy]) => {
    const event: LedgerEvent = { id, subject, type, at, recorded, by, data };
    return enteredBy === undefined ? event : { ...event, enteredBy };
  });
}

export function readEntries(events: readonly LedgerEvent[], text: string): Omit<Held, "place">[] {
  return (JSON.parse(text) as EntryRecord[]).map(([key, path, ...adders], i) => {
    const event = events[i]!;
    return {
      event,
      key,
      path: path === 0 ? eventPath(event) : path,
      adders: adders.map(
        ([commit, author, merge]): Adder => ({
          commit,
          author: author === 0 ? identityOf(event.by) : author,
          merge: merge === 1,
        }),
      ),
    };
  });
}

function eventRecord({ event: { id, type, at, recorded, by, data, enteredBy } }: Held): EventRecord {
  const record: EventRecord = [id, type, at, recorded, by, data];
  if (enteredBy !== undefined) record.push(enteredBy);
  return record;
}

function entryRecord({ event, path, key, adders }: Held): EntryRecord {
  const claimed = identityOf(event.by);
  const told = adders.map(
    ({ commit, author, merge }): AdderRecord => [commit, author === claimed ? 0 : author, merge ? 1 : 0],
  );
  return [key, path === eventPath(event) ? 0 : path, ...told];
}
