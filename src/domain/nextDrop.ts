import type { Drop } from "./drop.ts";
import { previousOf, type Release } from "./release.ts";

/** A drop that was tagged, or one that may be: what risk, council and gate are about. */
export interface Candidate {
  /** Null while it has no tag. */
  tag: string | null;
  commit: string;
  /** The drop before it; null for the first one. Its content is from there to its commit. */
  previous: Drop | null;
}

/** What is on the current drop's release branch since then; null when nothing is. */
export function nextDrop({
  branch,
  current: previous,
}: Pick<Release, "branch" | "current">): Candidate | null {
  if (!branch || branch.commit === previous?.commit) return null;
  return { tag: null, commit: branch.commit, previous };
}

/** A drop with the one before it. */
export function candidateOf(release: Pick<Release, "drops">, drop: Drop): Candidate {
  return { tag: drop.tag, commit: drop.commit, previous: previousOf(release, drop) };
}

/** The commits of a candidate, by their ends. */
export const rangeOf = ({ commit, previous }: Candidate) => ({ from: previous?.commit ?? null, to: commit });
