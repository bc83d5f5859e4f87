import { parseDuration } from "../time/duration.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Longer than any target that somebody means, and short enough to reckon with in any calendar. */
export const LONGEST_DURATION = 3650 * DAY;

/** Zero is fine: how long something must hold or soak. */
export function readSpanOfTime(text: string, path: PolicyPath, report: Report): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > LONGEST_DURATION) report(faultAt(path, "must be at most ten years (3650d)"));
  return ms;
}

/** A target, or how often something is due. */
export function readTarget(text: string, path: PolicyPath, report: Report): number {
  const ms = readSpanOfTime(text, path, report);
  if (ms === 0) report(faultAt(path, "must be longer than zero; write null for none"));
  return ms;
}

/** How often something is looked at: neither a busy loop, nor longer than a timer can wait. */
export function readInterval(text: string, path: PolicyPath, report: Report): number {
  const ms = parseDuration(text) ?? 0;
  if (ms < SECOND || ms > DAY) report(faultAt(path, "must be from 1s to 1d"));
  return ms;
}
