import { inOrder, type LedgerEvent } from "../domain/event.ts";
import type { Adder } from "./provenance.ts";

/** An event with what is known of its entry. Never changed, only replaced. */
export interface Held {
  readonly event: LedgerEvent;
  readonly path: string;
  /** Names the bytes. */
  readonly key: string;
  readonly adders: readonly Adder[];
  /** Where it stands in its group. */
  readonly place: number;
}

interface Group {
  /** Null: it went to another subject. */
  items: (Held | null)[];
  sorted: LedgerEvent[] | null;
  /** Which sharing it was made after. */
  age: number;
}

/** The groups as they were when they were shared: later changes go to copies. */
export type SharedGroups = ReadonlyMap<string, Group>;

/** Events by subject, to be shared again and again while it grows: what changes is copied first, the rest stays one. */
export class EventGroups {
  #groups = new Map<string, Group>();
  #age = 0;
  #ageOfMap = 0;

  /** @returns As it stands in its group now. */
  add(event: LedgerEvent, path: string, key: string, adders: readonly Adder[]): Held {
    const group = this.#own(event.subject);
    const held: Held = { event, path, key, adders, place: group.items.length };
    group.items.push(held);
    return held;
  }

  /** Puts another one in its place; null takes it away. */
  replace({ event: { subject }, place }: Held, by: Held | null): void {
    this.#own(subject).items[place] = by;
  }

  share(): SharedGroups {
    this.#age += 1;
    return this.#groups;
  }

  #own(subject: string): Group {
    const group = this.#groups.get(subject);
    if (group?.age === this.#age) {
      group.sorted = null;
      return group;
    }
    if (this.#ageOfMap !== this.#age) {
      this.#groups = new Map(this.#groups);
      this.#ageOfMap = this.#age;
    }
    const own: Group = { items: group?.items.slice() ?? [], sorted: null, age: this.#age };
    this.#groups.set(subject, own);
    return own;
  }
}

/** What is in a group that was shared, in the order of truth. */
export const heldIn = (group: Group): Held[] =>
  group.items.filter((held) => held !== null).sort((a, b) => inOrder(a.event, b.event));

/** The events of a group that was shared, in the order of truth. */
export function eventsOf(group: Group): readonly LedgerEvent[] {
  group.sorted ??= group.items.flatMap((held) => (held ? [held.event] : [])).sort(inOrder);
  return group.sorted;
}
