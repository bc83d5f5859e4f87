import type { Clock } from "../../domain/clock.ts";
import type { Milestone } from "../../domain/incidentEvents.ts";
import { isLive } from "../../domain/status.ts";
import { CLOCKS } from "../../domain/terms.ts";
import { clockWords } from "../../domain/wording.ts";
import type { LocalTime } from "./localTime.ts";

/** What the clocks say after a milestone: first those that it stops or starts; where it touches none, those that run. */
export function clocksAfter(clocks: readonly Clock[], time: LocalTime, milestone?: Milestone): string {
  const touched = milestone
    ? clocks.filter(({ name }) => CLOCKS[name].to === milestone || CLOCKS[name].from === milestone)
    : [];
  const told = (touched.length > 0 ? touched : clocks.filter(isLive)).filter(({ state }) => state !== "none");
  return told.map((clock) => clockPhrase(clock, time)).join("; ") || "no clock is running";
}

/** `mitigate met in 1h 16m`, `update 59m left, due 12:20 UTC`. */
export function clockPhrase(clock: Clock, time: LocalTime): string {
  const words = `${clock.name} ${clockWords(clock)}`;
  if (clock.endedAt !== null || clock.dueAt === null) return words;
  return clock.state === "breached"
    ? `${words}, was due ${time.time(clock.dueAt)}`
    : `${words}, due ${time.time(clock.dueAt)}`;
}
