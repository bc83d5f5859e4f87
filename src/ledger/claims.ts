import type { Held } from "./eventGroups.ts";

/** Entries by the ids of their events. Nearly always an id has one; all that claim it are kept beside each other. */
export class Claims {
  readonly #first = new Map<string, Held>();
  /** By id, then by what names their bytes. */
  readonly #also = new Map<string, Map<string, Held>>();

  /** The one that came first, which need not be the one that counts. */
  first(id: string): Held | undefined {
    return this.#first.get(id);
  }

  of(id: string): Held[] {
    const first = this.#first.get(id);
    return first ? [first, ...(this.#also.get(id)?.values() ?? [])] : [];
  }

  /** Of those that claim the id of the first one, that with these bytes. */
  with(first: Held, key: string): Held | undefined {
    return first.key === key ? first : this.#also.get(first.event.id)?.get(key);
  }

  /** Whether more than one claims an id. */
  areSeveral(id: string): boolean {
    return this.#also.has(id);
  }

  /** The ids that more than one claims. */
  contested(): Iterable<string> {
    return this.#also.keys();
  }

  /** @param first The one that came first; undefined: this one does. */
  add(held: Held, first: Held | undefined): void {
    const { id } = held.event;
    if (first === undefined) {
      this.#first.set(id, held);
      return;
    }
    const also = this.#also.get(id) ?? new Map<string, Held>();
    this.#also.set(id, also.set(held.key, held));
  }

  /** Takes over another state of an entry. */
  replace(held: Held): void {
    const { id } = held.event;
    if (this.#first.get(id)?.key === held.key) this.#first.set(id, held);
    else this.#also.get(id)!.set(held.key, held);
  }
}
