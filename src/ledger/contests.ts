import type { Touch } from "../domain/event/event.ts";
import type { Held } from "./eventGroups.ts";
import type { Adder } from "./provenance.ts";

/** The order of commits in the history of a ledger. */
export interface CommitOrder {
  /** Of each set of commits, those that no other one of the set precedes. */
  earliest(sets: readonly (readonly string[])[]): ReadonlySet<string>[];
}

/** Whatever claims the place of an entry, or its id. */
interface Contender {
  readonly key: string;
  readonly adders: readonly Adder[];
}

/** Entries of one id at one path, and whatever else was put there. */
export interface Contest {
  path: string;
  claims: Held[];
  others: readonly Contender[];
}

interface Verdict {
  held: Held;
  counts: boolean;
  touched: Touch | undefined;
}

/**
 * Decides which entry was first: at each path, and then among the paths of one id. A later one hides nothing. If the
 * history cannot order several, all count, and all are flagged. It depends only on the history.
 * @param ids The contests of each id, one for each of its paths.
 */
export function settle(ids: readonly (readonly Contest[])[], order: CommitOrder): Verdict[] {
  const paths = ids.flat();
  const atPaths = firstOf(
    paths.map(({ claims, others }) => [...claims, ...others]),
    order,
  );
  const place = new Map(paths.map((contest, i) => [contest, atPaths[i]!]));
  const survivors = ids.map((contests) =>
    contests.flatMap((contest) => contest.claims.filter((claim) => place.get(contest)!.has(claim))),
  );
  const amongPaths = firstOf(survivors, order);
  return ids.flatMap((contests, i) => {
    const several = contests.length > 1;
    return contests.flatMap((contest) =>
      contest.claims.map((held): Verdict => {
        const counts = place.get(contest)!.has(held) && amongPaths[i]!.has(held);
        return {
          held,
          counts,
          touched: counts ? touchOf(contest, place.get(contest)!.size, several) : undefined,
        };
      }),
    );
  });
}

function touchOf({ claims, others }: Contest, first: number, several: boolean): Touch | undefined {
  if (several || first > 1) return "doubled";
  return claims.length + others.length > 1 ? "changed" : undefined;
}

/** Of each group, the first ones. If it is unknown who added one, this cannot be decided. */
function firstOf(groups: readonly (readonly Contender[])[], order: CommitOrder): Set<Contender>[] {
  const open = groups.map((group) => group.length > 1);
  const asked = groups.filter((_, i) => open[i]);
  const earliest = order.earliest(asked.map((group) => group.flatMap(commitsOf)));
  let next = 0;
  return groups.map((group, i) => {
    if (!open[i]) return new Set(group);
    const first = earliest[next++]!;
    return new Set(
      group.filter(({ adders }) => adders.length === 0 || adders.some(({ commit }) => first.has(commit))),
    );
  });
}

const commitsOf = ({ adders }: Contender) => adders.map(({ commit }) => commit);

/** Entries by the ids of their events. Nearly always an id has one; all that claim it are kept. */
export class Claims {
  readonly #first = new Map<string, Held>();
  /** By id, then by the hash of their bytes. */
  readonly #also = new Map<string, Map<string, Held>>();

  /** The first one read, which need not be the one that counts. */
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

  /** Applies another state of an entry. */
  replace(held: Held): void {
    const { id } = held.event;
    if (this.#first.get(id)?.key === held.key) this.#first.set(id, held);
    else this.#also.get(id)!.set(held.key, held);
  }
}
