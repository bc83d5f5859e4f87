import type { LedgerEvent } from "../domain/event/event.ts";
import { identityOf } from "./identity.ts";

/** Who put an event on record: what the ledger's own commits say, whatever the event claims. */
export interface Provenance {
  /** The commit that added the event's bytes. */
  commit: string;
  /** Its author, `Name <mail>`. */
  author: string;
  /** Further commits of the same author that added the very same bytes, as on two machines that were apart. */
  also: readonly string[];
}

/** A commit in whose tree some bytes are new: no parent of it has them at that place. */
export interface Adder {
  commit: string;
  author: string;
  /** A union takes in what others wrote, so it speaks for an entry only where nobody else does. */
  merge: boolean;
}

/**
 * Of all commits that added an event, the one that speaks for it: one by the author that the event names, then any
 * that is no union. Every reader of a history comes to the same, in whatever order the commits are found.
 */
export function provenanceOf(by: string, adders: readonly Adder[]): Provenance | null {
  if (adders.length === 0) return null;
  const claimed = identityOf(by);
  const rank = ({ author, merge }: Adder) => (author === claimed ? 0 : merge ? 2 : 1);
  const [first, ...rest] = [...adders].sort((a, b) => rank(a) - rank(b) || (a.commit < b.commit ? -1 : 1));
  const { commit, author } = first!;
  return { commit, author, also: rest.filter((each) => each.author === author).map((each) => each.commit) };
}

/** What goes into an event as `enteredBy`: nothing where the ledger names the author that the event names. */
export function enteredBy(by: string, adders: readonly Adder[]): LedgerEvent["enteredBy"] {
  const [only] = adders;
  // In a ledger of a hundred thousand events nearly all are like that.
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
