import { type Addition, additionsIn, commitsSince } from "../git/additions.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import { shallowBoundary } from "../git/shallowBoundary.ts";

export interface WhoAdded {
  additions: Addition[];
  /** False: a part of the history is not here, or nobody can read it, so of some entries it is not known. */
  whole: boolean;
}

/** A ledger adds every entry once. A history that adds this many more than it has commits was made to waste time. */
const MOST_ADDITIONS = 1_000_000;

/**
 * Which commits added what, from one head (null: nothing) to a later one. Null where the later one does not build on
 * the first. A union adds nothing by itself: what it takes in was added on one of its sides. Two processes.
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
    // What such a commit has may be its own, or of those before it that are not here.
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
