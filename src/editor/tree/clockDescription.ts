import type { Countdown } from "../../domain/incident/clock.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { clockWords, roughly } from "../../domain/wording.ts";
import { shortTime } from "../model/text.ts";

/** The time left first, then when it is due: a narrow sidebar cuts the end. */
export function clockDescription(clock: Countdown, now: Instant): string {
  const { state, dueAt, endedAt, startedAt, targetMs } = clock;
  if (state === "waiting" && targetMs !== null) return `${roughly(targetMs)} once ${clock.from}`;
  const parts = [clockWords(clock)];
  if (state === "running" && dueAt !== null) parts.push(`due ${shortTime(dueAt, now)}`);
  if (state === "breached" && dueAt !== null) parts.push(`was due ${shortTime(dueAt, now)}`);
  if (endedAt !== null && state !== "none") parts.push(`at ${shortTime(endedAt, now)}`);
  else if (startedAt !== null && state !== "none")
    parts.push(`from ${clock.from} ${shortTime(startedAt, now)}`);
  return parts.join(" · ");
}
