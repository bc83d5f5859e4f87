import type { Clock } from "./clock.ts";
import type { LedgerEvent } from "./event.ts";
import type { Incident } from "./incident.ts";
import type { Milestone } from "./incidentEvents.ts";
import { plainText } from "./plainText.ts";
import type { ClockName } from "./terms.ts";

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

export const CLOCK_TITLES: Record<ClockName, string> = {
  detect: "Detect",
  mitigate: "Mitigate",
  update: "Tell customers",
  postmortem: "Post-mortem",
};

export const MILESTONE_TITLES: Record<Milestone, string> = {
  started: "Impact started",
  detected: "Detected",
  acknowledged: "Acknowledged",
  mitigated: "Mitigated",
  updated: "Customers told",
  resolved: "Resolved",
  postmortem: "Post-mortem published",
};

/** The state of a clock in a few words, for a row: `1h 12m left`, `breached 4m ago`, `met in 12m`. */
export function clockWords(clock: Clock, length: (ms: number) => string = roughly): string {
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
  }
}

/** What an event says, as one inert line. */
export function eventWords(event: LedgerEvent, incident?: Pick<Incident, "events">): string {
  const { data, type } = event;
  const said = (key: string) =>
    typeof data[key] === "string" && data[key] !== "" ? plainText(data[key]) : null;
  const with_ = (title: string, detail: string | null) => (detail ? `${title}: ${detail}` : title);
  switch (type) {
    case "opened":
      return `Opened as ${said("severity")}${said("drop") ? ` on ${said("drop")}` : ""}: ${said("title")}`;
    case "shipped":
      return with_("Shipped", said("commit"));
    case "mitigated":
      return with_("Mitigated", said("how"));
    case "updated":
      return with_(said("channel") ? `Customers told (${said("channel")})` : "Customers told", said("text"));
    case "postmortem":
      return with_("Post-mortem published", said("path"));
    case "started":
      return data.assumed === true ? "Impact started (assumed: the drop shipped)" : "Impact started";
    case "severity":
      return with_(`Severity is now ${said("to")}`, said("why"));
    case "reopened":
    case "paused":
    case "resumed":
      return with_(`${type[0]!.toUpperCase()}${type.slice(1)}`, said("why"));
    case "note":
      return said("text") ?? "Note";
    case "action":
      return with_("Action", said("text"));
    case "repolicied":
      return with_("Now judged by the policy of that day", said("why"));
    case "retracted": {
      const target = incident?.events.find((other) => other.id === data.event);
      return with_(`Retracted ${target ? `“${target.type}”` : said("event")}`, said("why"));
    }
    default:
      return MILESTONE_TITLES[type as Milestone] ?? `${plainText(type)} (from a newer version)`;
  }
}
