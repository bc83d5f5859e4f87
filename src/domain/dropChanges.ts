import { type Change, changeOf, type LoggedCommit } from "./change.ts";
import { CommitHistory, type KnownCommit } from "./commitHistory.ts";
import { readCommitMessage } from "./conventionalCommit.ts";
import type { Instant } from "./instant.ts";

/** Where work was taken back, or came back. */
export interface Turn {
  at: Instant;
  /** Null: no drop has it yet. */
  drop: string | null;
}

/** What became of work: gone when it was taken back and not reapplied since. */
export interface Fate {
  takenBack: Turn | null;
  reapplied: Turn | null;
}

export interface FatedChange extends Fate {
  change: Change;
}

/** Work of an earlier drop that this one takes back, or brings back. */
export interface TurnedChange {
  /** The drop that brought it first; null: not known here. */
  from: string | null;
  /** Null: nothing that is seen from outside. */
  change: Change | null;
}

/** What a drop changes; what came and went inside of it is not told. */
export interface DropChanges {
  tag: string;
  /** In the order in which they were made. */
  changes: FatedChange[];
  takesBack: TurnedChange[];
  bringsBack: TurnedChange[];
  /** What became of its work as a whole; all null where parts of it fared differently, or it has none. */
  whole: Fate;
}

export const isGone = ({ takenBack, reapplied }: Fate) => takenBack !== null && reapplied === null;

/**
 * What each drop changes, and what became of it by the tip of the release branch.
 * @param drops Oldest first.
 * @param commits Newest first, each before its parents, as `git log --topo-order` gives them.
 */
export function dropChanges(
  drops: readonly { tag: string; commit: string }[],
  commits: readonly LoggedCommit[],
): DropChanges[] {
  const ledger = new WorkLedger(new CommitHistory(drops, commits));
  const shipped = drops.map(({ tag }) => ledger.ship(tag));
  ledger.ship(null);
  return shipped.map((drop) => ledger.told(drop));
}

/** What a drop did to each piece of work, net. */
interface Shipped {
  tag: string;
  brings: Work[];
  takesBack: Work[];
  bringsBack: Work[];
  byMessage: { takesBack: TurnedChange[]; bringsBack: TurnedChange[] };
}

/** A commit that does something of its own, and what became of it, drop by drop. */
interface Work {
  known: KnownCommit;
  change: Change | null;
  isIn: boolean;
  /** The first drop in which people had it. */
  shippedIn: string | null;
  fate: Fate;
}

/** Keeps account of which work is in the product, from one drop to the next. */
class WorkLedger {
  readonly #history: CommitHistory;
  readonly #byDrop = new Map<string | null, KnownCommit[]>();
  readonly #work = new Map<string, Work>();

  constructor(history: CommitHistory) {
    this.#history = history;
    for (const known of history.commits) {
      const own = this.#byDrop.get(known.drop);
      if (own) own.push(known);
      else this.#byDrop.set(known.drop, [known]);
    }
  }

  /** Takes in the commits of the next drop; null: those that none has yet. */
  ship(tag: string | null): Shipped {
    const own = this.#byDrop.get(tag) ?? [];
    const shipped: Shipped = {
      tag: tag ?? "",
      brings: [],
      takesBack: [],
      bringsBack: [],
      byMessage: byMessage(own),
    };
    for (const [sha, { isIn, by }] of netEffect(own)) {
      const work = this.#of(sha);
      if (!work || work.isIn === isIn) continue;
      work.isIn = isIn;
      const turn = { at: by.commit.date, drop: tag };
      if (!isIn) {
        work.fate = { takenBack: turn, reapplied: null };
        shipped.takesBack.push(work);
      } else if (work.shippedIn === null) {
        work.shippedIn = tag;
        shipped.brings.push(work);
      } else {
        work.fate = { ...work.fate, reapplied: turn };
        shipped.bringsBack.push(work);
      }
    }
    return shipped;
  }

  told({ tag, brings, takesBack, bringsBack, byMessage }: Shipped): DropChanges {
    const seen = brings.filter(({ change }) => change !== null);
    return {
      tag,
      changes: seen.map(({ change, fate }) => ({ change: change!, ...fate })),
      takesBack: distinct([...takesBack.map(turned), ...byMessage.takesBack]),
      bringsBack: distinct([...bringsBack.map(turned), ...byMessage.bringsBack]),
      whole: shared((seen.length > 0 ? seen : brings).map(({ fate }) => fate)),
    };
  }

  #of(sha: string): Work | null {
    const there = this.#work.get(sha);
    if (there) return there;
    const known = this.#history.get(sha);
    if (!known) return null;
    const fate = { takenBack: null, reapplied: null };
    const work: Work = { known, change: changeOf(known.commit), isIn: false, shippedIn: null, fate };
    this.#work.set(sha, work);
    return work;
  }
}

/** How work stands after some commits, and which of them had the last word. */
function netEffect(commits: readonly KnownCommit[]): Map<string, { isIn: boolean; by: KnownCommit }> {
  const net = new Map<string, { isIn: boolean; by: KnownCommit }>();
  for (const by of commits) for (const [work, isIn] of by.effect) net.set(work, { isIn, by });
  return net;
}

// What is taken back lies before all that was read: the message is all there is to tell.
function byMessage(commits: readonly KnownCommit[]): Shipped["byMessage"] {
  const told: Shipped["byMessage"] = { takesBack: [], bringsBack: [] };
  for (const { commit, reachesBack } of commits) {
    if (!reachesBack) continue;
    const { subject } = readCommitMessage(commit.message);
    const quoted = /^(Revert|Reapply) "(.+)"(?: \(#\d+\))?$/.exec(subject);
    const change = changeOf({ ...commit, message: quoted?.[2] ?? subject });
    told[quoted?.[1] === "Reapply" ? "bringsBack" : "takesBack"].push({ from: null, change });
  }
  return told;
}

const turned = ({ shippedIn, change }: Work): TurnedChange => ({ from: shippedIn, change });

function distinct(list: readonly TurnedChange[]): TurnedChange[] {
  const key = ({ from, change }: TurnedChange) => JSON.stringify([from, change?.scope, change?.text]);
  return [...new Map(list.map((each) => [key(each), each])).values()];
}

/** The fate that all of them share; the last one's turns. */
function shared(fates: readonly Fate[]): Fate {
  const last = fates.at(-1);
  const alike = fates.every((fate) => fate.takenBack !== null && isGone(fate) === isGone(last!));
  return last && alike ? last : { takenBack: null, reapplied: null };
}
