import type { LedgerEvent, StoredEvent } from "../domain/event.ts";

/** What a ledger holds at one moment. */
export interface LedgerContent {
  /** Names this very content; null while nothing was ever written. */
  head: string | null;
  events: LedgerEvent[];
  /** What could not be read as an event, with the reason. Counted and shown, never deleted. */
  skipped: SkippedEntry[];
}

export interface SkippedEntry {
  path: string;
  reason: string;
}

/** Where events live. Append-only: nothing that was acknowledged is ever lost. */
export interface Ledger {
  /** All events, in no particular order. Cheap when nothing has changed since the last call. */
  read(): Promise<LedgerContent>;
  /**
   * Adds events, all or none, and resolves once they are safely stored. Safe against other writers.
   * @throws {HumanError} when the store cannot be written.
   */
  append(events: readonly StoredEvent[]): Promise<void>;
}
