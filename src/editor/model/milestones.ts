import type { ClockState, Countdown } from "../../domain/incident/clock.ts";
import type { Milestone } from "../../domain/policy/terms.ts";
import type { CommandName } from "./ids.ts";

/** The command that marks each milestone, and the codicon that stands for it everywhere. */
export const MILESTONE_COMMANDS: Record<Milestone, CommandName> = {
  started: "markStarted",
  detected: "markDetected",
  acknowledged: "markAcknowledged",
  mitigated: "markMitigated",
  updated: "markUpdated",
  resolved: "markResolved",
  postmortem: "markPostmortem",
};

export const MILESTONE_ICONS: Record<Milestone, string> = {
  started: "pulse",
  detected: "eye",
  acknowledged: "person",
  mitigated: "shield",
  updated: "megaphone",
  resolved: "pass",
  postmortem: "verified",
};

/** What a button says that marks it. */
export const MARK_TITLES: Record<Milestone, string> = {
  started: "Mark Impact Started",
  detected: "Mark Detected",
  acknowledged: "Mark Acknowledged",
  mitigated: "Mark Mitigated",
  updated: "Mark Customers Told",
  resolved: "Mark Resolved…",
  postmortem: "Mark Post-mortem Published",
};

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
