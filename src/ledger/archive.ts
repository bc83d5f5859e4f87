import { closeSync, readSync } from "node:fs";
import type { LedgerEvent } from "../domain/event/event.ts";
import type { Held } from "./eventGroups.ts";
import { readEntries, readEvents } from "./snapshotRecord.ts";

/** Where the events of a subject lie in the file of a snapshot. */
export interface ArchivedSubject {
  /** When it was opened, if it is an incident that was over; null: it may still be going on. */
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

export interface ArchiveParts {
  /** An open file, whose content was found whole; closed when nobody has the archive any more. */
  file: number;
  subjects: ReadonlyMap<string, ArchivedSubject>;
  /** Where the sorted ids begin, and how many there are. */
  ids: { offset: number; count: number };
}

/** The events in the file of a snapshot, by subject. They are read when somebody asks for them. */
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

  /** As they lie there. */
  segment(subject: string): { events: Buffer; entries: Buffer } {
    const { offset, events, entries } = this.subjects.get(subject)!;
    return { events: this.#bytesAt(offset, events), entries: this.#bytesAt(offset + events, entries) };
  }

  /** The subject of an event; null where it has no such event. */
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
