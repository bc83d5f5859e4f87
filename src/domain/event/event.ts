import type { Instant } from "../time/instant.ts";

/** All events of a ledger by subject. What is not asked for is never read. */
export interface EventLog {
  /** How many events there are. */
  readonly size: number;
  /** The subjects that may still be going on, each with its events in the order of truth. */
  live(): ReadonlyMap<string, readonly LedgerEvent[]>;
  /** The incidents that are over, none of them among the live subjects. */
  settled(): readonly SettledSubject[];
  /** In the order of truth; none for a subject without a record. */
  of(subject: string): readonly LedgerEvent[];
  has(subject: string): boolean;
  /** Every event, in no particular order. */
  all(): readonly LedgerEvent[];
}

/** An incident that was over when it was last looked at: closed, and judged by terms that are on record. */
export interface SettledSubject {
  subject: string;
  openedAt: number;
  /** How many events it has. */
  count: number;
}

/** The log of events that are all in memory. */
export function eventLogOf(events: readonly LedgerEvent[]): EventLog {
  const subjects = bySubject(events);
  return {
    size: events.length,
    live: () => subjects,
    settled: () => [],
    of: (subject) => subjects.get(subject) ?? [],
    has: (subject) => subjects.has(subject),
    all: () => events,
  };
}

/** The same log with other events for some of its live subjects. */
export function withSubjects(log: EventLog, subjects: ReadonlyMap<string, readonly LedgerEvent[]>): EventLog {
  const live = new Map([...log.live(), ...subjects]);
  const all = () => [
    ...log.all().filter(({ subject }) => !subjects.has(subject)),
    ...[...subjects.values()].flat(),
  ];
  return {
    get size() {
      return all().length;
    },
    live: () => live,
    settled: () => log.settled(),
    of: (subject) => subjects.get(subject) ?? log.of(subject),
    has: (subject) => (subjects.get(subject)?.length ?? Number(log.has(subject))) > 0,
    all,
  };
}

/** One entry of the ledger, as stored. Never changed once written. */
export interface StoredEvent {
  v: 1;
  /** A ULID. */
  id: string;
  /** `incident/<id>`, `commit/<sha>` or `drop/<tag>`. */
  subject: string;
  type: string;
  /** When it happened, canonical ISO 8601 in UTC. */
  at: string;
  /** When it was entered. */
  recorded: string;
  /** `Name <mail>`. */
  by: string;
  data: Record<string, unknown>;
}

/** A stored event that passed the codec: instants as numbers, everything else as it was. */
export interface LedgerEvent {
  id: string;
  subject: string;
  type: string;
  at: Instant;
  recorded: Instant;
  by: string;
  data: Record<string, unknown>;
  /** Who recorded it, if the ledger's commits name someone other than `by`; null: they do not show who. */
  enteredBy?: string | null;
  /** What was done to its entry after it was recorded; what it first said still counts. */
  touched?: Touch;
}

/**
 * `removed`: taken out of the ledger. `changed`: later commits put something else in its place. `doubled`: something
 * else claims its place or its id, and the history does not show which of them was first, or it is of another subject.
 */
export type Touch = "removed" | "changed" | "doubled";

/** The order of truth: by when it happened, then by id. */
export function inOrder(a: LedgerEvent, b: LedgerEvent): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Groups events by subject; each group in the order of truth. One pass, for a whole ledger. */
export function bySubject(events: Iterable<LedgerEvent>): Map<string, LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    const group = groups.get(event.subject);
    if (group) group.push(event);
    else groups.set(event.subject, [event]);
  }
  for (const group of groups.values()) if (group.length > 1) group.sort(inOrder);
  return groups;
}

/**
 * The events that count when looking back to an instant: what had happened by then, and what was recorded by then
 * (so that a claim about the future is still seen, and flagged, by whoever looked at that moment).
 */
export function asOf(events: Iterable<LedgerEvent>, instant: Instant): LedgerEvent[] {
  const seen: LedgerEvent[] = [];
  for (const event of events) if (event.at <= instant || event.recorded <= instant) seen.push(event);
  return seen;
}

/**
 * The ids that do not count. A retraction may itself be retracted, but only by one that comes after it in the order
 * of truth, so that two of them can never cancel each other out in a circle.
 */
export function retractedEvents(events: readonly LedgerEvent[]): Set<string> {
  const retracted = new Set<string>();
  let retractions: Map<string, LedgerEvent> | null = null;
  for (const event of events) {
    if (event.type === "retracted") {
      retractions ??= new Map();
      retractions.set(event.id, event);
    }
  }
  if (!retractions) return retracted;
  for (const retraction of [...retractions.values()].reverse()) {
    if (retracted.has(retraction.id)) continue;
    const target = retraction.data.event as string;
    const other = retractions.get(target);
    if (!other || inOrder(other, retraction) < 0) retracted.add(target);
  }
  return retracted;
}
