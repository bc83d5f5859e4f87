import type { Drop } from "./drop.ts";
import type { Release } from "./release.ts";

/** A drop that was tagged, or one that may be: what risk, council and gate are about. */
export interface Candidate {
  /** Null while it has no tag. */
  tag: string | null;
  commit: string;
  /** The drop before it; null for the first one. Its content is from there to its commit. */
  previous: Drop | null;
}

/** What is on the release branch since the newest drop; null when nothing is. */
export function nextDrop({ branch, drops }: Pick<Release, "branch" | "drops">): Candidate | null {
  const previous = drops[0] ?? null;
  if (!branch || branch.commit === previous?.commit) return null;
  return { tag: null, commit: branch.commit, previous };
}

/** A drop with the one before it. */
export function candidateOf({ drops }: Pick<Release, "drops">, drop: Drop): Candidate {
  const previous = drops.find(({ tag }) => tag === drop.previous) ?? null;
  return { tag: drop.tag, commit: drop.commit, previous };
}

/** The commits of a candidate, by their ends. */
export const rangeOf = ({ commit, previous }: Candidate) => ({ from: previous?.commit ?? null, to: commit });
