import { inOrder, type LedgerEvent } from "../domain/event/event.ts";
import { eventFolder } from "./eventPath.ts";
import type { Adder } from "./provenance.ts";

/** An event with what is known about its entry. Never changed, only replaced. */
export interface Held {
  readonly event: LedgerEvent;
  /** The hash of the bytes. */
  readonly key: string;
  readonly adders: readonly Adder[];
  /** False: the ledger had it once, and no longer has it. */
  readonly inTree: boolean;
  /** False: an earlier entry has its place or its id. */
  readonly counts: boolean;
  /** Its place in the group. */
  readonly place: number;
}

interface Group {
  /** Where its events lie. */
  readonly folder: string;
  /** Null: it does not count. */
  items: (Held | null)[];
  sorted: LedgerEvent[] | null;
  /** The version of the groups it belongs to. */
  age: number;
}

/** The groups as they were when they were shared: later changes go to copies. */
export type SharedGroups = ReadonlyMap<string, Group>;

/** Events by subject, shared again and again while they grow: what changes is copied first, the rest is shared. */
export class EventGroups {
  #groups = new Map<string, Group>();
  #age = 0;
  #ageOfMap = 0;

  /** @returns It, as it is in its group now. */
  add({ event, key, adders, inTree, counts }: Omit<Held, "place">): Held {
    const { items } = this.#own(event.subject);
    const placed = { event, key, adders, inTree, counts, place: items.length };
    items.push(counts ? placed : null);
    return placed;
  }

  /** Replaces it by another state of it. */
  replace(held: Held): void {
    this.#own(held.event.subject).items[held.place] = held.counts ? held : null;
  }

  /** Where the events of a subject lie. */
  folder(subject: string): string {
    return this.#groups.get(subject)?.folder ?? this.#own(subject).folder;
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
    const folder = group?.folder ?? eventFolder(subject);
    const own: Group = { folder, items: group?.items.slice() ?? [], sorted: null, age: this.#age };
    this.#groups.set(subject, own);
    return own;
  }
}

/** What counts in a group that was shared, in the order of truth. */
export const heldIn = (group: Group): Held[] =>
  group.items.filter((held) => held !== null).sort((a, b) => inOrder(a.event, b.event) || byKey(a, b));

/** The events of a group that was shared, in the order of truth. */
export function eventsOf(group: Group): readonly LedgerEvent[] {
  group.sorted ??= hasTwins(group)
    ? heldIn(group).map(({ event }) => event)
    : group.items.flatMap((held) => (held ? [held.event] : [])).sort(inOrder);
  return group.sorted;
}

// Two with one id that both count: every reader must give them in the same order.
const hasTwins = ({ items }: Group) => items.some((held) => held?.event.touched === "doubled");
const byKey = (a: Held, b: Held) => (a.key < b.key ? -1 : 1);
