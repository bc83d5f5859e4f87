import type { Countdown, CountdownName } from "./clock.ts";
import type { Milestone } from "./incidentEvents.ts";
import { CLOCKS } from "./terms.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time for a row that changes once a minute: `3d 4h`, `1h 12m`, `12m`, `under 1m`. Sign left out. */
export function roughly(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return "under 1m";
  if (size >= DAY) return pair(size, DAY, "d", HOUR, "h");
  if (size >= HOUR) return pair(size, HOUR, "h", MINUTE, "m");
  return `${Math.floor(size / MINUTE)}m`;
}

/** A countdown: `3d 4h`, `1h 12m`, and under an hour `12:34`. Sign left out. */
export function countdown(ms: number): string {
  const size = Math.abs(ms);
  if (size >= HOUR) return roughly(size);
  const seconds = Math.floor(size / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How long a span was, to the second where that matters: `45s`, `12m 3s`, `1h 12m`, `3d 4h`. */
export function exactly(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return `${Math.floor(size / 1000)}s`;
  if (size < HOUR) return pair(size, MINUTE, "m", 1000, "s");
  return roughly(size);
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${bigUnit}${rest > 0 ? ` ${rest}${smallUnit}` : ""}`;
}

/** `1 commit`, `2 commits`. */
export const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;

export const countdownTitle = (name: CountdownName): string =>
  name === "nextUpdate" ? "Next update" : CLOCKS[name].title;

export const MILESTONE_TITLES: Record<Milestone, string> = {
  started: "Impact started",
  detected: "Detected",
  acknowledged: "Acknowledged",
  mitigated: "Mitigated",
  updated: "Customers told",
  resolved: "Resolved",
  postmortem: "Post-mortem published",
};

/** What a row of text calls it. */
export const countdownName = (name: CountdownName) => (name === "nextUpdate" ? "next update" : name);

/** What a clock says of a round that is over: nothing of it is left, or can still be waited for. */
export function closingWords(clock: Countdown, length: (ms: number) => string = roughly): string {
  const open = clock.state === "running" || clock.state === "paused" || clock.state === "waiting";
  return open ? "not reached before it was reopened" : clockWords(clock, length);
}

/** The state of a clock in a few words, for a row: `1h 12m left`, `overdue by 4m`, `met in 12m`. */
export function clockWords(clock: Countdown, length: (ms: number) => string = roughly): string {
  switch (clock.state) {
    case "none":
      return "no target";
    case "waiting":
      return `waiting until ${clock.from}`;
    case "running":
      return `${length(clock.remainingMs!)} left${clock.counting ? "" : " (out of hours)"}`;
    case "paused":
      return `paused with ${length(clock.remainingMs!)} left`;
    case "breached":
      return `overdue by ${length(clock.remainingMs!)}`;
    case "met":
      return `met in ${exactly(clock.elapsedMs)}`;
    case "missed":
      return `missed by ${exactly(clock.remainingMs!)}`;
    case "unknown":
      return "unknown: nobody has said when it shipped";
  }
}
