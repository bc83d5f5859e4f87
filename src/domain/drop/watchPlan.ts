import type { Instant } from "../time/instant.ts";
import type { Drop } from "./drop.ts";
import type { Status } from "./status.ts";

/** Whose signals are to be read right now, and why. */
export interface WatchPlan {
  drop: Drop;
  /** `asked`: somebody wants it, whatever goes on. */
  reason: "window" | "incident" | "asked";
  /** When the watch ends by itself; null while an incident is open. */
  endsAt: Instant | null;
  /** Every drop that is watched by it, with the end of its window; none while an incident is all that it is for. */
  windows: { drop: Drop; endsAt: Instant | null }[];
}

/**
 * Signals are read in the watch windows of drops and while a real incident goes on; else never. What they say is about
 * the drop that shipped last.
 * @param askedUntil Until when they are to be read in any case.
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
