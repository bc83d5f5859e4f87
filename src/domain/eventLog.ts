import { bySubject, type LedgerEvent } from "./event/event.ts";

/** All events of a ledger by their subjects. What nobody asks for need never be read. */
export interface EventLog {
  /** How many events there are. */
  readonly size: number;
  /** The subjects that may still be going on, each with its events in the order of truth. */
  live(): ReadonlyMap<string, readonly LedgerEvent[]>;
  /** The incidents that are over, none of them among the live subjects. */
  settled(): readonly SettledSubject[];
  /** In the order of truth; none for a subject that is not on record. */
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

/** The log of events that are all at hand. */
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
