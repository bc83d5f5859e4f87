import type { Drop } from "./drop.ts";
import type { Instant } from "./instant.ts";
import type { Status } from "./status.ts";

/** Whose signals are to be read right now, and why. */
export interface WatchPlan {
  drop: Drop;
  reason: "window" | "incident";
  /** When the window ends; null while an incident is open. */
  endsAt: Instant | null;
}

/** Signals are read in the watch window of the current drop and while a real incident goes on; else never. */
export function watchPlan({ drop, watch, open, policy }: Status): WatchPlan | null {
  if (!drop || policy.policy.signals.length === 0) return null;
  if (watch.state === "open") return { drop, reason: "window", endsAt: watch.endsAt };
  const goesOn = open.some(
    ({ incident, state }) => incident.kind === "real" && (state === "open" || state === "mitigated"),
  );
  return goesOn ? { drop, reason: "incident", endsAt: null } : null;
}
