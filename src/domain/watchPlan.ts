import type { Drop } from "./drop.ts";
import type { Instant } from "./instant.ts";
import type { Status } from "./status.ts";

/** Whose signals are to be read right now, and why. */
export interface WatchPlan {
  drop: Drop;
  /** `asked`: somebody wants it, whatever goes on. */
  reason: "window" | "incident" | "asked";
  /** When the watch ends by itself; null while an incident is open. */
  endsAt: Instant | null;
}

/**
 * Signals are read in the watch window of the current drop and while a real incident goes on; else never.
 * @param askedUntil Until when they are to be read in any case.
 */
export function watchPlan(
  { at, drop, watch, open, policy }: Status,
  askedUntil: Instant | null = null,
): WatchPlan | null {
  if (!drop || policy.policy.signals.length === 0) return null;
  if (watch.state === "open") return { drop, reason: "window", endsAt: watch.endsAt };
  const goesOn = open.some(
    ({ incident, state }) => incident.kind === "real" && (state === "open" || state === "mitigated"),
  );
  if (goesOn) return { drop, reason: "incident", endsAt: null };
  return askedUntil !== null && at < askedUntil ? { drop, reason: "asked", endsAt: askedUntil } : null;
}
