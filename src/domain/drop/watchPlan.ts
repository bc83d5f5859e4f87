import type { Instant } from "../time/instant.ts";
import type { Drop } from "./drop.ts";
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
