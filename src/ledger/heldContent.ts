import type { LedgerEvent } from "../domain/event/event.ts";
import type { EventLog, SettledSubject } from "../domain/eventLog.ts";
import type { Archive, ArchivedSubject } from "./archive.ts";
import { eventsOf, type SharedGroups } from "./eventGroups.ts";
import type { LedgerContent, SkippedEntry, TouchedEntry } from "./ledger.ts";
import type { Provenance } from "./provenance.ts";

interface Parts extends Omit<LedgerContent, "events" | "log"> {
  size: number;
  groups: SharedGroups;
  archive: Archive | null;
  /** What of the archive is among the groups. */
  thawed: ReadonlySet<string>;
}

/** What an index holds at one moment. */
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
