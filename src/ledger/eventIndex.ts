import type { LedgerEvent } from "../domain/event.ts";
import { type DataCheck, decodeEntry } from "./codec.ts";
import type { LedgerContent, SkippedEntry } from "./ledger.ts";

interface Held {
  event: LedgerEvent;
  path: string;
  /** Names the bytes of the entry. */
  key: string;
}

/** The events of a ledger as its entries come in, in any order and one by one. */
export class EventIndex {
  readonly #checkData: DataCheck | undefined;
  readonly #held = new Map<string, Held>();
  readonly #skipped: SkippedEntry[] = [];
  #events: LedgerEvent[] = [];

  constructor(checkData?: DataCheck) {
    this.#checkData = checkData;
  }

  get(id: string): LedgerEvent | undefined {
    return this.#held.get(id)?.event;
  }

  /** @param key Names the bytes: the same key for the same bytes. */
  add(path: string, key: string, bytes: Buffer): void {
    const event = decodeEntry(bytes, this.#checkData);
    if (typeof event === "string") this.skip(path, event);
    else this.#hold({ event, path, key });
  }

  skip(path: string, reason: string): void {
    this.#skipped.push({ path, reason });
  }

  content(head: string | null): LedgerContent {
    return { head, events: [...this.#events], skipped: [...this.#skipped] };
  }

  // An entry that is there twice counts once. Of two that claim one id, every reader has to choose the same,
  // in whatever order they come.
  #hold(entry: Held): void {
    const { id } = entry.event;
    const other = this.#held.get(id);
    if (!other) {
      this.#held.set(id, entry);
      this.#events.push(entry.event);
      return;
    }
    if (other.key === entry.key) return;
    const [winner, loser] = entry.key < other.key ? [entry, other] : [other, entry];
    this.skip(loser.path, `has the id of another entry, ${winner.path}`);
    if (winner === other) return;
    this.#held.set(id, winner);
    this.#events = Array.from(this.#held.values(), ({ event }) => event);
  }
}
