import type { LedgerEvent, Touch } from "../domain/event/event.ts";
import type { Held } from "./eventGroups.ts";
import { identityOf } from "./identity.ts";
import type { Adder } from "./provenance.ts";

/** An event in a snapshot, without its subject; at the end what is odd about it. */
type EventRecord = [
  id: string,
  type: string,
  at: number,
  recorded: number,
  by: string,
  data: Record<string, unknown>,
  odd?: { enteredBy?: string | null; touched?: Touch },
];

/** How it lies in the ledger: what names its bytes, whether the tree has it, and who added it. */
type EntryRecord = [key: string, inTree: 0 | 1, ...adders: AdderRecord[]];

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
  return (JSON.parse(text) as EventRecord[]).map(([id, type, at, recorded, by, data, odd]) => {
    const event: LedgerEvent = { id, subject, type, at, recorded, by, data };
    return odd === undefined ? event : { ...event, ...odd };
  });
}

export function readEntries(events: readonly LedgerEvent[], text: string): Omit<Held, "place">[] {
  return (JSON.parse(text) as EntryRecord[]).map(([key, inTree, ...adders], i) => {
    const event = events[i]!;
    return {
      event,
      key,
      inTree: inTree === 1,
      counts: true,
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

function eventRecord({ event: { id, subject: _, type, at, recorded, by, data, ...odd } }: Held): EventRecord {
  const record: EventRecord = [id, type, at, recorded, by, data];
  if (odd.enteredBy !== undefined || odd.touched !== undefined) record.push(odd);
  return record;
}

function entryRecord({ event, key, adders, inTree }: Held): EntryRecord {
  const claimed = identityOf(event.by);
  const told = adders.map(
    ({ commit, author, merge }): AdderRecord => [commit, author === claimed ? 0 : author, merge ? 1 : 0],
  );
  return [key, inTree ? 1 : 0, ...told];
}
