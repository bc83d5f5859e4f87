import { monotonicFactory } from "ulid";
import type { Instant } from "../domain/time/instant.ts";

const next = monotonicFactory();

/** A new ULID. Ids made by one process rise, even within a millisecond and when its clock goes back. */
export function newEventId(now: Instant): string {
  // To ulid, 0 means the machine's own clock.
  return next(Math.max(1, now));
}
