import { closeSync, readSync } from "node:fs";
import type { EventLog, LedgerEvent, SettledSubject, Touch } from "../domain/event/event.ts";
import { eventsOf, type Held, type SharedGroups } from "./eventGroups.ts";
import type { LedgerContent, SkippedEntry, TouchedEntry } from "./ledger.ts";
import { type Adder, identityOf, type Provenance } from "./provenance.ts";

/** Where the events of a subject lie in the file of a snapshot. */
export interface ArchivedSubject {
  /** When it was opened, if it is an incident that was over; null: it may still be open. */
  settledSince: number | null;
  count: number;
  offset: number;
  /** Bytes of the events, and of the entries right behind them. */
  events: number;
  entries: number;
}

/** Bytes of an id, and of one with the number of its subject behind it. */
export const ID_BYTES = 26;
export const ID_ENTRY = ID_BYTES + 4;

const files = new FinalizationRegistry<number>((file) => closeSync(file));

interface ArchiveParts {
  /** An open file whose content was checked; closed when the archive is no longer referenced. */
  file: number;
  subjects: ReadonlyMap<string, ArchivedSubject>;
  /** Where the sorted ids begin, and how many there are. */
  ids: { offset: number; count: number };
}

/** The events in the file of a snapshot, by subject. They are read on demand. */
export class Archive {
  readonly subjects: ReadonlyMap<string, ArchivedSubject>;
  readonly size: number;
  readonly #file: number;
  readonly #names: string[];
  readonly #ids: ArchiveParts["ids"];

  constructor({ file, subjects, ids }: ArchiveParts) {
    this.#file = file;
    this.subjects = subjects;
    this.size = ids.count;
    this.#names = [...subjects.keys()];
    this.#ids = ids;
    files.register(this, file);
  }

  /** The events of a subject that is in it, in the order of truth. */
  events(subject: string): LedgerEvent[] {
    const { offset, events } = this.subjects.get(subject)!;
    return readEvents(subject, this.#bytesAt(offset, events).toString("utf8"));
  }

  /** The same with all that is known of them. */
  read(subject: string): Omit<Held, "place">[] {
    const { offset, events, entries } = this.subjects.get(subject)!;
    return readEntries(this.events(subject), this.#bytesAt(offset + events, entries).toString("utf8"));
  }

  /** As stored there. */
  segment(subject: string): { events: Buffer; entries: Buffer } {
    const { offset, events, entries } = this.subjects.get(subject)!;
    return { events: this.#bytesAt(offset, events), entries: this.#bytesAt(offset + events, entries) };
  }

  /** The subject of an event; null if there is no such event. */
  subjectOf(id: string): string | null {
    let [low, high] = [0, this.#ids.count - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const entry = this.#bytesAt(this.#ids.offset + middle * ID_ENTRY, ID_ENTRY);
      const found = entry.toString("latin1", 0, ID_BYTES);
      if (found === id) return this.#names[entry.readUInt32BE(ID_BYTES)] ?? null;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  /** The ids of each subject. */
  idsBySubject(): Map<string, string[]> {
    const ids = new Map<string, string[]>(this.#names.map((name) => [name, []]));
    const table = this.#bytesAt(this.#ids.offset, this.#ids.count * ID_ENTRY);
    for (let at = 0; at < table.length; at += ID_ENTRY)
      ids
        .get(this.#names[table.readUInt32BE(at + ID_BYTES)]!)!
        .push(table.toString("latin1", at, at + ID_BYTES));
    return ids;
  }

  #bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#file, bytes, 0, length, offset) !== length) throw new Error("the snapshot was cut");
    return bytes;
  }
}

interface Parts extends Omit<LedgerContent, "events" | "log"> {
  size: number;
  groups: SharedGroups;
  archive: Archive | null;
  /** The part of the archive that is in the groups. */
  thawed: ReadonlySet<string>;
}

/** The content of an index at one moment. */
export class HeldContent implements LedgerContent, EventLog {
  readonly head: string | null;
  readonly size: number;
  readonly skipped: readonly SkippedEntry[];
  readonly touched: readonly TouchedEntry[];
  readonly lost: number;
  readonly authors: "checked" | "pending";
  readonly cut: boolean;
  readonly doubted: number;
  readonly provenance: (id: string) => Provenance | null;
  readonly #groups: SharedGroups;
  readonly #archive: Archive | null;
  readonly #thawed: ReadonlySet<string>;
  readonly #read = new Map<string, readonly LedgerEvent[]>();
  #all: LedgerEvent[] | null = null;
  #live: Map<string, readonly LedgerEvent[]> | null = null;

  constructor(parts: Parts) {
    this.head = parts.head;
    this.size = parts.size;
    this.skipped = parts.skipped;
    this.touched = parts.touched;
    this.lost = parts.lost;
    this.authors = parts.authors;
    this.cut = parts.cut;
    this.doubted = parts.doubted;
    this.provenance = parts.provenance;
    this.#groups = parts.groups;
    this.#archive = parts.archive;
    this.#thawed = parts.thawed;
  }

  get log(): EventLog {
    return this;
  }

  get events(): readonly LedgerEvent[] {
    return this.all();
  }

  live(): ReadonlyMap<string, readonly LedgerEvent[]> {
    if (!this.#live) {
      this.#live = new Map();
      for (const [subject, group] of this.#groups) {
        const events = eventsOf(group);
        if (events.length > 0) this.#live.set(subject, events);
      }
      for (const [subject, { settledSince }] of this.#frozen())
        if (settledSince === null) this.#live.set(subject, this.of(subject));
    }
    return this.#live;
  }

  settled(): readonly SettledSubject[] {
    const settled: SettledSubject[] = [];
    for (const [subject, { settledSince, count }] of this.#frozen())
      if (settledSince !== null) settled.push({ subject, openedAt: settledSince, count });
    return settled;
  }

  of(subject: string): readonly LedgerEvent[] {
    const group = this.#groups.get(subject);
    if (group) return eventsOf(group);
    return this.#isArchived(subject) ? this.#archivedEvents(subject) : [];
  }

  has(subject: string): boolean {
    return this.#isArchived(subject) || this.of(subject).length > 0;
  }

  all(): readonly LedgerEvent[] {
    this.#all ??= [
      ...[...this.live().values()].flat(),
      ...this.settled().flatMap(({ subject }) => this.#archivedEvents(subject)),
    ];
    return this.#all;
  }

  *#frozen(): Iterable<[string, ArchivedSubject]> {
    for (const each of this.#archive?.subjects ?? []) if (!this.#thawed.has(each[0])) yield each;
  }

  #isArchived(subject: string): boolean {
    return this.#archive?.subjects.has(subject) === true && !this.#thawed.has(subject);
  }

  #archivedEvents(subject: string): readonly LedgerEvent[] {
    let events = this.#read.get(subject);
    if (!events) {
      events = this.#archive!.events(subject);
      this.#read.set(subject, events);
    }
    return events;
  }
}

/** An event in a snapshot, without its subject; what is unusual about it comes last. */
type EventRecord = [
  id: string,
  type: string,
  at: number,
  recorded: number,
  by: string,
  data: Record<string, unknown>,
  odd?: { enteredBy?: string | null; touched?: Touch },
];

/** Its entry in the ledger: the hash of its bytes, whether the tree has it, and who added it. */
type EntryRecord = [key: string, inTree: 0 | 1, ...adders: AdderRecord[]];

/** A commit, its author (0: as the event claims), and 1 for a union. */
type AdderRecord = [commit: string, author: string | 0, merge: 0 | 1];

/** The events of one subject as two texts: most readers need only the first. */
export function writeSegment(held: readonly Held[]): { events: Buffer; entries: Buffer } {
  return {
    events: Buffer.from(JSON.stringify(held.map(eventRecord))),
    entries: Buffer.from(JSON.stringify(held.map(entryRecord))),
  };
}

function readEvents(subject: string, text: string): LedgerEvent[] {
  return (JSON.parse(text) as EventRecord[]).map(([id, type, at, recorded, by, data, odd]) => {
    const event: LedgerEvent = { id, subject, type, at, recorded, by, data };
    return odd === undefined ? event : { ...event, ...odd };
  });
}

function readEntries(events: readonly LedgerEvent[], text: string): Omit<Held, "place">[] {
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
