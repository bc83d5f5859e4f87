import type { Drop } from "./drop/drop.ts";
import type { Release } from "./drop/release.ts";
import { type DropScore, type Scorecard, scorecardOf } from "./record/scorecard.ts";
import type { Instant } from "./time/instant.ts";

/** How the policy is lived: the first drops since it landed on the release branch. */
export interface Adoption {
  /** When it landed; null where it has not. */
  landedAt: Instant | null;
  /** How many drops are tracked. */
  wanted: number;
  /** Those that have shipped, oldest first, and their score. */
  drops: DropScore[];
  scorecard: Scorecard | null;
}

/** The next drops from the day on that the policy landed; later ones change nothing of it any more. */
export function adoptionOf(release: Release, landedAt: Instant | null, at: Instant): Adoption {
  const wanted = release.policy.policy.drops.adoption;
  if (landedAt === null) return { landedAt, wanted, drops: [], scorecard: null };
  const tracked = trackedDrops(release.drops, landedAt, wanted);
  const scorecard = scorecardOf(release, tracked, at);
  return { landedAt, wanted, drops: scorecard.drops.toReversed(), scorecard };
}

/** Newest first, as everywhere. */
const trackedDrops = (drops: readonly Drop[], landedAt: Instant, wanted: number): Drop[] =>
  drops.filter(({ shippedAt }) => shippedAt >= landedAt).slice(-wanted);
