import type { Touch } from "../domain/event/event.ts";
import type { Held } from "./eventGroups.ts";
import type { Adder } from "./provenance.ts";

/** What comes before what in the history of a ledger. */
export interface CommitOrder {
  /** Of each set of commits those that no other one of the same set comes before. */
  earliest(sets: readonly (readonly string[])[]): ReadonlySet<string>[];
}

/** Whatever claims the place of an entry, or its id. */
export interface Contender {
  readonly key: string;
  readonly adders: readonly Adder[];
}

/** Entries of one id that lie at one path, and whatever else was put there. */
export interface Contest {
  path: string;
  claims: Held[];
  others: readonly Contender[];
}

export interface Verdict {
  held: Held;
  counts: boolean;
  touched: Touch | undefined;
}

/**
 * Settles who was first: at each path, and then among the paths of one id. A later one hides nothing. Of several that
 * the history cannot order all count, and all are flagged. It depends on nothing but the history.
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

/** Of each group those that nobody came before. Of what nobody knows who added it, it cannot be said. */
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
