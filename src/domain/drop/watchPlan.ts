import type { Stretch } from "../detection/normal.ts";
import type { Instant } from "../time/instant.ts";
import type { Drop } from "./drop.ts";
import { type Release, recordOf } from "./release.ts";
import type { Status } from "./status.ts";

/** Which drop's signals are to be read now, and why. */
export interface WatchPlan {
  drop: Drop;
  /** `asked`: someone wants it, whether or not there is a reason. */
  reason: "window" | "incident" | "asked";
  /** When the watch ends by itself; null while an incident is open. */
  endsAt: Instant | null;
  /** Every drop in its watch window, with the end of it; none while only an incident is watched. */
  windows: { drop: Drop; endsAt: Instant | null }[];
}

/**
 * Signals are read in the watch windows of drops and while a real incident is open; else never. What they say concerns
 * the drop that shipped last.
 * @param askedUntil Until when they are read in any case.
 */
export function watchPlan(
  { at, drop, watched, open, policy }: Status,
  askedUntil: Instant | null = null,
): WatchPlan | null {
  if (!drop || policy.policy.signals.length === 0) return null;
  const windows = watched.map(({ drop, watch }) => ({ drop, endsAt: watch.endsAt }));
  const [last] = windows;
  if (last) return { ...last, reason: "window", windows };
  const goesOn = open.some(
    ({ incident, state }) => incident.kind === "real" && (state === "open" || state === "mitigated"),
  );
  if (goesOn) return { drop, reason: "incident", endsAt: null, windows: [] };
  if (askedUntil === null || at >= askedUntil) return null;
  return { drop, reason: "asked", endsAt: askedUntil, windows: [{ drop, endsAt: askedUntil }] };
}

/** What a signal needs to know of the drop that it is read for. */
export interface WatchFacts {
  /** When the drop shipped: normal ends there. */
  shippedAt: Instant;
  /** When the watch begins: as the drop ships; later, where it was undone or an incident of it was mitigated. */
  since: Instant;
  /** Stretches in which something was wrong. */
  incidents: readonly Stretch[];
  /** How many signals of the policy are compared: they share the false alarms. */
  tests: number;
}

/** Of no drop: what is read is judged from now on. */
export const factsFrom = (now: Instant): WatchFacts => ({
  shippedAt: now,
  since: now,
  incidents: [],
  tests: 1,
});

/** What a watch goes by; where no signal compares, nothing of it is looked up. */
export function watchFacts(
  release: Pick<Release, "incidents" | "records" | "policy">,
  drop: Drop,
  now: Instant,
): WatchFacts {
  const { shippedAt } = drop;
  const tests = release.policy.policy.signals.filter(({ source }) => source.kind === "compare").length;
  if (tests === 0) return { ...factsFrom(now), shippedAt, since: shippedAt };
  const real = release.incidents.filter(({ kind }) => kind === "real");
  const ends = real
    .filter((incident) => incident.drop === drop.tag)
    .map(({ round }) => round.marks.mitigated?.at ?? shippedAt);
  const undone = recordOf(release, drop.tag).undone?.at ?? shippedAt;
  const incidents = real.map(({ round, earlier, openedAt }) => {
    const { started } = (earlier[0] ?? round).marks;
    return {
      from: started?.at ?? openedAt,
      to: round.marks.mitigated?.at ?? round.marks.resolved?.at ?? now,
    };
  });
  return { shippedAt, since: Math.min(now, Math.max(shippedAt, undone, ...ends)), incidents, tests };
}
