import type { LedgerEvent } from "../domain/event/event.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type Addition, additionsIn, commitsSince } from "../git/commitAncestry.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import { shallowBoundary } from "../git/shallow.ts";

/** Who recorded an event: what the ledger's own commits say, whatever the event claims. */
export interface Provenance {
  /** The commit that added the event's bytes. */
  commit: string;
  /** Its author, `Name <mail>`. */
  author: string;
  /** Further commits of the same author that added the same bytes, as on two machines that were apart. */
  also: readonly string[];
}

/** A commit in whose tree some bytes are new: no parent of it has them at that place. */
export interface Adder {
  commit: string;
  author: string;
  /** A union adds what others wrote, so it counts as the author of an entry only if there is no other one. */
  merge: boolean;
}

/**
 * Of all commits that added an event, the one that counts: one by the author that the event names, then any
 * that is not a union. Every reader of a history gets the same result, whatever the order of the commits.
 */
export function provenanceOf(by: string, adders: readonly Adder[]): Provenance | null {
  if (adders.length === 0) return null;
  const claimed = identityOf(by);
  const rank = ({ author, merge }: Adder) => (author === claimed ? 0 : merge ? 2 : 1);
  const [first, ...rest] = [...adders].sort((a, b) => rank(a) - rank(b) || (a.commit < b.commit ? -1 : 1));
  const { commit, author } = first!;
  return { commit, author, also: rest.filter((each) => each.author === author).map((each) => each.commit) };
}

/** What goes into an event as `enteredBy`: nothing if the ledger and the event name the same author. */
export function enteredBy(by: string, adders: readonly Adder[]): LedgerEvent["enteredBy"] {
  const [only] = adders;
  // This is the case for nearly all events of a large ledger.
  if (adders.length === 1 && only!.author === claimedIdentity(by)) return undefined;
  const provenance = provenanceOf(by, adders);
  if (provenance === null) return null;
  return provenance.author === identityOf(by) ? undefined : provenance.author;
}

let last = { by: "", identity: "" };

function claimedIdentity(by: string): string {
  if (last.by !== by) last = { by, identity: identityOf(by) };
  return last.identity;
}

/** `Name <mail>` as git stores it for the author of a commit, whatever was written. */
export function identityOf(by: string): string {
  const [, name = by, mail = ""] = /^([^<]*)<([^>]*)>\s*$/.exec(by) ?? [];
  const clean = (text: string) => plainText(text.replace(/[<>]/g, ""));
  const address = clean(mail).replace(/\s/g, "");
  return `${clean(name) || address || "unknown"} <${address}>`;
}

export interface WhoAdded {
  additions: Addition[];
  /** False: part of the history is missing or unreadable, so it is unknown for some entries. */
  whole: boolean;
}

/** A ledger adds every entry once. A history that adds this many more than it has commits was made to waste time. */
const MOST_ADDITIONS = 1_000_000;

/**
 * Which commits added what, from one head (null: nothing) to a later one. Null if the later one does not build on
 * the first. A union adds nothing itself: its entries were added on one of its sides. Two processes.
 */
export async function whoAdded(
  git: Git,
  commonDir: string,
  from: string | null,
  to: string,
): Promise<WhoAdded | null> {
  const additions: Addition[] = [];
  try {
    const commits = await commitsSince(git, from, to);
    if (commits === null) return null;
    const cut = await shallowBoundary(commonDir);
    // Entries of such a commit may be its own, or those of missing commits before it.
    const plain = cut.size === 0 ? commits : commits.filter((commit) => !cut.has(commit));
    await additionsIn(git, plain, (addition) => {
      additions.push(addition);
      if (additions.length > MOST_ADDITIONS + commits.length) throw new WastefulHistory();
    });
    return { additions, whole: plain.length === commits.length };
  } catch (error) {
    if (error instanceof WastefulHistory) return { additions: [], whole: false };
    if (!(error instanceof GitFailure) || error.code === null) throw error;
    return { additions, whole: false };
  }
}

class WastefulHistory extends Error {}
