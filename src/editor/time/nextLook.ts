import type { Status } from "../../domain/drop/status.ts";
import type { Instant } from "../../domain/time/instant.ts";

/** Coming back to the window many times in a row is one look. */
export const FOCUS_MS = 10_000;

/**
 * When the team's ledger is to be looked at again; null while nothing goes on that others may be working on too.
 * @param last When it was looked at the last time; null: never.
 */
export function nextLook(status: Status, now: Instant, last: Instant | null): Instant | null {
  const { share, sync } = status.policy.policy.ledger;
  const goesOn = status.open.some(({ state }) => state === "open" || state === "mitigated");
  if (!share || !goesOn) return null;
  // A clock that was put back must not keep anybody waiting.
  return last === null || last > now ? now : last + sync;
}
