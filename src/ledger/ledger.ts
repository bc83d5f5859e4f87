import type { LedgerEvent, StoredEvent, Touch } from "../domain/event/event.ts";
import { type EventLog, eventLogOf } from "../domain/eventLog.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { eventFolder } from "./eventPath.ts";
import type { Provenance } from "./provenance.ts";
import { MISSING } from "./strays.ts";

/** What a ledger holds at one moment. */
export interface LedgerContent {
  /** Names this very content; null while nothing was ever written. */
  readonly head: string | null;
  /** All of them, in no particular order; of a large ledger some are read only now. See `log` for a part of them. */
  readonly events: readonly LedgerEvent[];
  /** The events by their subjects. */
  readonly log: EventLog;
  /** What could not be read as an event, with the reason. Counted and shown, never deleted. */
  readonly skipped: readonly SkippedEntry[];
  /**
   * `pending`: nobody has looked into the history yet. So no event is flagged for who entered it or for what was done
   * to it since, and what was taken out of the ledger is not back among the events.
   */
  readonly authors: "checked" | "pending";
  /** Whether a part of the history is not here, or cannot be read: then nobody knows what was taken out. */
  readonly cut: boolean;
  /** What was touched after it was put on record. */
  readonly touched: readonly TouchedEntry[];
  /** How many entries of the history the ledger's tree has lost. They are put back by whoever writes next. */
  readonly lost: number;
  /** How many events name an author that the ledger's commits do not vouch for. */
  readonly doubted: number;
  /**
   * Who put an event on record. Null for an event that is not here, and where the ledger's history does not tell: it
   * was cut, it is damaged, or it was not looked yet.
   */
  provenance(id: string): Provenance | null;
}

export interface SkippedEntry {
  path: string;
  reason: string;
}

/** An entry that somebody touched after it was put on record. What it first said counts all the same. */
export interface TouchedEntry {
  subject: string;
  path: string;
  /** `unreadable`: its bytes are not here, so nobody knows what it says. */
  how: Touch | "unreadable";
  /** Null where it cannot be read. */
  event: { id: string; type: string; by: string } | null;
}

/**
 * What was touched of some subjects. An answer that depends on them must not be given while there is any.
 * @param content With its authors checked.
 */
export function touchedAmong(
  { touched, skipped }: Pick<LedgerContent, "touched" | "skipped">,
  subjects: readonly string[],
): TouchedEntry[] {
  const wanted = new Map(subjects.map((subject) => [eventFolder(subject), subject]));
  const unreadable = skipped.flatMap(({ path, reason }): TouchedEntry[] => {
    const subject = reason === MISSING ? wanted.get(path.slice(0, path.lastIndexOf("/") + 1)) : undefined;
    return subject === undefined ? [] : [{ subject, path, how: "unreadable", event: null }];
  });
  return [...touched.filter(({ subject }) => subjects.includes(subject)), ...unreadable];
}

export interface ReadOptions {
  /** False: what the history tells (who entered what, what was touched) need not be known yet: it takes time. */
  authors?: boolean;
  /** The head, as somebody is looking it up anyway; left out: the ledger looks itself. */
  head?: Promise<string | null>;
}

export interface AppendOptions {
  /** Whether the commit that adds them is to be signed, as git is set up here. */
  signed?: boolean;
  /** The subject that these events begin; where anything is on record of it by now, nothing is written. */
  begins?: string;
}

/** Somebody else was faster to begin a subject. */
export class SubjectTaken extends HumanError {
  constructor(subject: string) {
    super("refused", `There is something on record of ${subject} already; choose another name.`);
  }
}

/** Where events live. Append-only: nothing that was acknowledged is ever lost. */
export interface Ledger {
  /** Everything that is there. Cheap when nothing has changed since the last call. */
  read(options?: ReadOptions): Promise<LedgerContent>;
  /**
   * Adds events, all or none, and resolves once they are safely stored. Safe against other writers.
   * @throws {SubjectTaken} when they were to begin a subject that is there already.
   * @throws {HumanError} when the store cannot be written.
   */
  append(events: readonly StoredEvent[], options?: AppendOptions): Promise<void>;
  /** Puts back what was taken out of it. @returns How many entries that were. */
  putBack(): Promise<number>;
  /**
   * Which of these earlier heads the history does not lead back to, as after it was rewritten.
   * @param heads As `LedgerContent.head` was at some time; perhaps made up.
   */
  missingHeads(heads: readonly string[]): Promise<string[]>;
}

/** Events that come from no ledger, as the content of one. */
export function contentOf(events: readonly LedgerEvent[]): LedgerContent {
  const log = eventLogOf(events);
  const nothing = { cut: false, touched: [], lost: 0, skipped: [], doubted: 0, provenance: () => null };
  return { head: null, events, log, authors: "checked", ...nothing };
}
