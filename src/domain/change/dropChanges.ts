import type { Instant } from "../time/instant.ts";
import { ALL_CHANGES, type Change, type ChangeRules, changeOf, type LoggedCommit } from "./change.ts";
import { CommitHistory, type DropCommit, type KnownCommit } from "./commitHistory.ts";
import { titleOf } from "./commitMessage.ts";
import { readReversals } from "./reversal.ts";

/** Where work was reverted, or reapplied. */
interface Turn {
  at: Instant;
  /** Null: no drop has it yet. */
  drop: string | null;
}

/** What became of work: gone if it was reverted and not reapplied since. */
export interface Fate {
  takenBack: Turn | null;
  reapplied: Turn | null;
}

export interface FatedChange extends Fate {
  change: Change;
}

/** Work of an earlier drop that this one reverts, or reapplies. */
export interface TurnedChange {
  /** The drop that brought it first; null: not known here. */
  from: string | null;
  /** Null: nothing that users notice; it is listed if everything that its drop brought was reverted with it. */
  change: Change | null;
}

/** A revert or a reapply of something that is not in the history. */
interface UnresolvedTurn {
  kind: "revert" | "reapply";
  change: Change;
}

/** What a drop changes; what came and went within it is left out. */
export interface DropChanges {
  tag: string;
  /** In the order in which they were made. */
  changes: FatedChange[];
  takesBack: TurnedChange[];
  bringsBack: TurnedChange[];
  /** Reverts and reapplies that name nothing in the whole history: what they say is all that is known. */
  unresolved: UnresolvedTurn[];
  /** What became of its work as a whole; all null if parts of it differ, or there is none. */
  whole: Fate;
}

export const isGone = ({ takenBack, reapplied }: Fate) => takenBack !== null && reapplied === null;

/** What is known of a release branch. */
interface DropHistory {
  /** Oldest first. */
  drops: readonly DropCommit[];
  /** Newest first, each before its parents, as `git log --topo-order` gives them. */
  commits: readonly LoggedCommit[];
  /** The tips of the release branches, the team's own first; left out: the newest commit. */
  heads?: readonly string[];
  rules?: ChangeRules;
}

/** What each drop changes, and what became of it by the tip of the release branch; in the order of the drops. */
export function dropChanges({ drops, commits, heads, rules = ALL_CHANGES }: DropHistory): DropChanges[] {
  const tips = heads ?? commits.slice(0, 1).map(({ sha }) => sha);
  const history = new CommitHistory(drops, commits, rules);
  const ledger = new WorkLedger(drops, history, tips[0]);
  // A drop comes after the one before it, whatever the dates say.
  const inOrder = drops.toSorted((a, b) => history.graph.age(a.commit) - history.graph.age(b.commit));
  const shipped = inOrder.map((drop) => ledger.ship(drop, history.content(drop)));
  for (const tip of tips) ledger.shipUnreleased(tip, tip === tips[0]);
  const told = new Map(shipped.map((drop) => [drop.tag, ledger.told(drop)]));
  return drops.map(({ tag }) => told.get(tag)!);
}

/** What a drop did to each piece of work, net. */
interface Shipped {
  tag: string | null;
  previous: string | null;
  net: ReadonlyMap<string, NetEffect>;
  brings: Work[];
  takesBack: Work[];
  bringsBack: Work[];
  /** What reverts say about work that was never listed. */
  ownWords: Set<Change>;
  byMessage: Pick<DropChanges, "takesBack" | "bringsBack" | "unresolved">;
}

/** How work stands after some commits, and which of them had the last word. */
interface NetEffect {
  isIn: boolean;
  by: KnownCommit;
}

/** A commit that does something of its own, and what became of it, drop by drop. */
interface Work {
  known: KnownCommit;
  /** The first drop in which people had it. */
  shippedIn: string | null;
  fate: Fate;
}

/** Tracks which work is in the product, along each line of drops. */
class WorkLedger {
  readonly #drops: readonly DropCommit[];
  readonly #history: CommitHistory;
  /** The drops that the team's own branch has. */
  readonly #ofTip: ReadonlySet<string>;
  readonly #shipped = new Map<string, Shipped>();
  readonly #work = new Map<string, Work>();

  constructor(drops: readonly DropCommit[], history: CommitHistory, tip: string | undefined) {
    this.#drops = drops;
    this.#history = history;
    this.#ofTip = new Set(tip === undefined ? [] : this.#dropsOf(tip).map(({ tag }) => tag));
  }

  /** The drops that a branch has, oldest first. */
  #dropsOf(tip: string): DropCommit[] {
    const { graph } = this.#history;
    const reached = new Set(graph.range([tip], []).map(({ sha }) => sha));
    return this.#drops
      .filter(({ commit }) => reached.has(commit))
      .sort((a, b) => graph.byAge(a.commit, b.commit));
  }

  /** Takes in what a branch has and no drop yet. */
  shipUnreleased(tip: string, isTeams: boolean): void {
    const previous = this.#dropsOf(tip).at(-1)?.tag ?? null;
    this.#take({ tag: null, previous }, this.#history.unreleased(tip), isTeams);
  }

  /** Takes in the commits of a drop. */
  ship({ tag, previous }: DropCommit, content: readonly KnownCommit[]): Shipped {
    const shipped = this.#take({ tag, previous }, content, this.#ofTip.has(tag));
    this.#shipped.set(tag, shipped);
    return shipped;
  }

  #take(
    { tag, previous }: { tag: string | null; previous: string | null },
    content: readonly KnownCommit[],
    isTeams: boolean,
  ): Shipped {
    // What an older line does to its own drops says nothing about the team's branch, which continues without it.
    const counts = ({ shippedIn }: Work) => isTeams || (shippedIn !== null && !this.#ofTip.has(shippedIn));
    const own = new Set(content.map(({ commit }) => commit.sha));
    const net = netEffect(content);
    const lists = { brings: [], takesBack: [], bringsBack: [], ownWords: new Set<Change>() };
    const shipped: Shipped = { tag, previous, net, ...lists, byMessage: byMessage(content) };
    for (const [sha, { isIn, by }] of net) {
      const work = this.#of(sha);
      const before = own.has(sha) ? { isIn: false, wasIn: false } : this.#before(sha, previous);
      if (!work || before.isIn === isIn) continue;
      const turn = { at: by.commit.date, drop: tag };
      if (by.ownWords !== null && by.change === null && work.known.change === null)
        shipped.ownWords.add(by.ownWords);
      if (!isIn) {
        if (counts(work)) work.fate = { takenBack: turn, reapplied: null };
        shipped.takesBack.push(work);
      } else if (!before.wasIn) {
        work.shippedIn ??= tag;
        shipped.brings.push(work);
      } else {
        if (counts(work)) work.fate = { ...work.fate, reapplied: turn };
        shipped.bringsBack.push(work);
      }
    }
    return shipped;
  }

  told({ tag, brings, takesBack, bringsBack, ownWords, byMessage }: Shipped): DropChanges {
    const seen = brings.filter(({ known }) => known.change !== null);
    return {
      tag: tag ?? "",
      changes: [
        ...seen.map(({ known, fate }) => ({ change: known.change!, ...fate })),
        ...[...ownWords].map((change) => ({ change, takenBack: null, reapplied: null })),
      ],
      takesBack: distinct([...this.#turned(takesBack), ...byMessage.takesBack]),
      bringsBack: distinct([...this.#turned(bringsBack), ...byMessage.bringsBack]),
      unresolved: byMessage.unresolved,
      whole: shared((seen.length > 0 ? seen : brings).map(({ fate }) => fate)),
    };
  }

  #turned(works: readonly Work[]): TurnedChange[] {
    const all = new Set(works);
    const isWhole = (tag: string | null) =>
      tag !== null && this.#shipped.get(tag)?.brings.every((work) => all.has(work)) === true;
    return works
      .filter(({ known, shippedIn }) => known.change !== null || isWhole(shippedIn))
      .map(({ known, shippedIn }) => ({ from: shippedIn, change: known.change }));
  }

  /** Whether work was in the product by a drop, and whether it ever was, along the drops before it. */
  #before(sha: string, previous: string | null): { isIn: boolean; wasIn: boolean } {
    let isIn: boolean | null = null;
    for (let tag = previous; tag !== null; ) {
      const shipped = this.#shipped.get(tag);
      const net = shipped?.net.get(sha)?.isIn;
      if (net !== undefined) isIn ??= net;
      if (net === true) return { isIn: isIn!, wasIn: true };
      tag = shipped?.previous ?? null;
    }
    return { isIn: isIn ?? false, wasIn: false };
  }

  #of(sha: string): Work | null {
    const there = this.#work.get(sha);
    if (there) return there;
    const known = this.#history.get(sha);
    if (!known) return null;
    const work: Work = { known, shippedIn: null, fate: { takenBack: null, reapplied: null } };
    this.#work.set(sha, work);
    return work;
  }
}

function netEffect(commits: readonly KnownCommit[]): Map<string, NetEffect> {
  const net = new Map<string, NetEffect>();
  for (const by of commits) for (const [work, isIn] of by.effect) net.set(work, { isIn, by });
  return net;
}

// What is reverted lies before everything that was read, or is not found: the message is all that is known.
function byMessage(commits: readonly KnownCommit[]): Shipped["byMessage"] {
  const told: Shipped["byMessage"] = { takesBack: [], bringsBack: [], unresolved: [] };
  for (const { commit, reversal, unresolved, change: own } of commits) {
    // One that breaks something is news of its own.
    if (reversal === null || unresolved === null || own !== null) continue;
    const message = readReversals(commit.message).subject?.title ?? titleOf(commit.message);
    const change = changeOf({ ...commit, message }, ALL_CHANGES);
    if (change && unresolved === "nothing") told.unresolved.push({ kind: reversal, change });
    else if (change) told[reversal === "reapply" ? "bringsBack" : "takesBack"].push({ from: null, change });
  }
  return told;
}

function distinct(list: readonly TurnedChange[]): TurnedChange[] {
  const key = ({ from, change }: TurnedChange) => JSON.stringify([from, change?.scope, change?.text]);
  return [...new Map(list.map((each) => [key(each), each])).values()];
}

/** The fate that all of them share; with the changes of the last one. */
function shared(fates: readonly Fate[]): Fate {
  const last = fates.at(-1);
  const alike = fates.every((fate) => fate.takenBack !== null && isGone(fate) === isGone(last!));
  return last && alike ? last : { takenBack: null, reapplied: null };
}
