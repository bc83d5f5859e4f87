import type { Drop } from "./drop/drop.ts";
import { previousOf, type Release } from "./drop/release.ts";
import { compareVersions } from "./version.ts";

/** A drop that was tagged, or one that may be: what risk, council and gate are about. */
export interface Candidate {
  /** Null while it has no tag. */
  tag: string | null;
  commit: string;
  /** The drop before it; null for the first one. Its content is from there to its commit. */
  previous: Drop | null;
}

/** What may be released next: that of the current drop's branch, else of the first one that holds something new. */
export const nextDrop = (release: Pick<Release, "lines" | "current">): Candidate | null =>
  nextDrops(release)[0] ?? null;

/** What each release branch holds since its own current drop, that of the team's current one first. */
function nextDrops({ lines, current }: Pick<Release, "lines" | "current">): Candidate[] {
  const own = lines.find((line) => line.current === current);
  const ordered = own ? [own, ...lines.filter((line) => line !== own)] : lines;
  const ahead = ordered.filter(({ branch, current }) => branch.commit !== current?.commit);
  const tips = [...new Map(ahead.toReversed().map((line) => [line.branch.commit, line])).values()].reverse();
  return tips.map(({ branch, current: previous }) => ({ tag: null, commit: branch.commit, previous }));
}

/** Of several, the one that a new name goes on from: whose last drop has the highest name below it; else the first. */
export function nextDropNamed(release: Pick<Release, "lines" | "current">, tag: string): Candidate | null {
  const all = nextDrops(release);
  const below = all
    .filter(({ previous }) => previous && compareVersions(previous.tag, tag) < 0)
    .sort((a, b) => compareVersions(b.previous!.tag, a.previous!.tag));
  return below[0] ?? all[0] ?? null;
}

/** A drop with the one before it. */
export function candidateOf(release: Pick<Release, "drops">, drop: Drop): Candidate {
  return { tag: drop.tag, commit: drop.commit, previous: previousOf(release, drop) };
}

/** The commits of a candidate, by their ends. */
export const rangeOf = ({ commit, previous }: Candidate) => ({ from: previous?.commit ?? null, to: commit });
