import type { LedgerEvent, StoredEvent } from "../domain/event.ts";
import { type EventLog, eventLogOf } from "../domain/eventLog.ts";
import { HumanError } from "../domain/humanError.ts";
import type { Provenance } from "./provenance.ts";

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
  /** `pending`: it was not looked yet who entered what, so no event is flagged for that. */
  readonly authors: "checked" | "pending";
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

export interface ReadOptions {
  /** False: whoever entered what need not be known yet, where finding out takes time. */
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
}

/** Events that come from no ledger, as the content of one. */
export function contentOf(events: readonly LedgerEvent[]): LedgerContent {
  const log = eventLogOf(events);
  return { head: null, events, log, skipped: [], authors: "checked", doubted: 0, provenance: () => null };
}
