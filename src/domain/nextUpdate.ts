import { type Countdown, openSpan } from "./incident/clock.ts";
import type { Round } from "./incident/incident.ts";
import { type Instant, latestOf } from "./time/instant.ts";

/**
 * When customers must hear again: a period after the last update, while the incident is open and they have been told.
 * It counts by the calendar of the update clock and rests while the clocks are paused. It is a promise that is always
 * renewed, so it leaves no verdict: overdue, it is `breached` until the next update.
 * @param every Milliseconds; null: never.
 */
export function nextUpdate(round: Round, every: number | null, instant: Instant): Countdown | null {
  if (every === null || round.marks.resolved || round.updates.length === 0) return null;
  const last = latestOf(round.updates.map(({ at }) => at));
  return {
    name: "nextUpdate",
    from: "updated",
    ...openSpan("nextUpdate", round, last, every, instant),
  };
}
