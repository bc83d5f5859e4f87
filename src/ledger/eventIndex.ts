import type { LedgerEvent } from "../domain/event.ts";
import { type DataCheck, decodeEntry } from "./codec.ts";
import type { LedgerContent, SkippedEntry } from "./ledger.ts";

/** The events of a ledger as its entries come in, in any order and one by one. */
export class EventIndex {
  readonly #checkData: DataCheck | undefined;
  // Side by side, for a ledger may hold a hundred thousand: event, its path, and what names its bytes.
  readonly #events: LedgerEvent[] = [];
  readonly #paths: string[] = [];
  readonly #keys: string[] = [];
  /** Where each id stands in these. */
  readonly #places = new Map<string, number>();
  /** What names the bytes of entries that lost their id to another one. */
  readonly #lost = new Set<string>();
  readonly #skipped: SkippedEntry[] = [];

  constructor(checkData?: DataCheck) {
    this.#checkData = checkData;
  }

  get(id: string): LedgerEvent | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#events[place];
  }

  /** @param key Names the bytes: the same key for the same bytes. */
  add(path: string, key: string, bytes: Buffer): void {
    const event = decodeEntry(bytes, this.#checkData);
    if (typeof event === "string") {
      this.skip(path, event);
      return;
    }
    const place = this.#places.get(event.id);
    if (place !== undefined) {
      this.#settle(place, event, path, key);
      return;
    }
    this.#places.set(event.id, this.#events.length);
    this.#events.push(event);
    this.#paths.push(path);
    this.#keys.push(key);
  }

  skip(path: string, reason: string): void {
    this.#skipped.push({ path, reason });
  }

  content(head: string | null): LedgerContent {
    return { head, events: this.#events.slice(), skipped: this.#skipped.slice() };
  }

  // An entry that is there twice counts once. Of two that claim one id, every reader has to choose the same,
  // in whatever order they come.
  #settle(place: number, event: LedgerEvent, path: string, key: string): void {
    const standing = this.#keys[place]!;
    if (standing === key || this.#lost.has(key)) return;
    const loses = standing < key;
    this.#lost.add(loses ? key : standing);
    this.skip(loses ? path : this.#paths[place]!, "has the id of another entry");
    if (loses) return;
    this.#events[place] = event;
    this.#paths[place] = path;
    this.#keys[place] = key;
  }
}
