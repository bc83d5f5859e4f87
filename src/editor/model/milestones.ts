import type { ClockState, Countdown } from "../../domain/incident/clock.ts";
import type { Milestone } from "../../domain/policy/terms.ts";
import type { CommandName } from "./ids.ts";

/** The command that marks a milestone. */
export const markCommand = (milestone: Milestone): CommandName =>
  `mark${capitalized(milestone)}` satisfies CommandName;

const capitalized = <T extends string>(text: T) => (text[0]!.toUpperCase() + text.slice(1)) as Capitalize<T>;

/** How a clock looks: its state, with a running one told apart by whether people have been warned. */
export type Level = ClockState | "warned";

export function levelOf(clock: Countdown, warnAt: readonly number[]): Level {
  if (clock.state !== "running") return clock.state;
  return crossedShares(clock, warnAt).length > 0 ? "warned" : "running";
}

/** The share that stands for the breach itself. */
export const BREACH = 1;

/** The shares of its target that a live clock has used up, ascending; the breach comes last, as 1. */
export function crossedShares(clock: Countdown, warnAt: readonly number[]): number[] {
  if (clock.targetMs === null || (clock.state !== "running" && clock.state !== "breached")) return [];
  const crossed = warnAt.filter((share) => clock.elapsedMs >= clock.targetMs! * share).sort((a, b) => a - b);
  return clock.state === "breached" ? [...crossed, BREACH] : crossed;
}
