import type { Severity } from "./terms.ts";
import { SEVERITIES } from "./terms.ts";

export const MILESTONES = [
  "started",
  "detected",
  "acknowledged",
  "mitigated",
  "updated",
  "resolved",
  "postmortem",
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** A test or a drill has clocks like any incident, but never counts in a scorecard. */
export const INCIDENT_KINDS = ["real", "test", "drill"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const LONGEST_TITLE = 200;

type Data = Record<string, unknown>;
type Check = (data: Data) => string | null;

const none: Check = () => null;
const text =
  (key: string): Check =>
  (data) =>
    typeof data[key] === "string" && data[key] !== "" ? null : `needs a text in data.${key}`;
const optionalText =
  (key: string): Check =>
  (data) =>
    data[key] === undefined || data[key] === null || typeof data[key] === "string"
      ? null
      : `data.${key} is not a text`;
const all =
  (...checks: Check[]): Check =>
  (data) => {
    for (const check of checks) {
      const reason = check(data);
      if (reason) return reason;
    }
    return null;
  };

/** What the data of each type must hold. A type that is not here comes from a newer version: kept, and passed over. */
const CHECKS: Record<string, Check> = {
  opened: all(text("title"), severity("severity"), optionalText("drop"), (data) =>
    data.kind === undefined || (INCIDENT_KINDS as readonly unknown[]).includes(data.kind)
      ? null
      : "data.kind is none of real, test, drill",
  ),
  started: none,
  detected: none,
  acknowledged: none,
  mitigated: optionalText("how"),
  updated: all(optionalText("text"), optionalText("channel")),
  resolved: none,
  postmortem: all(optionalText("path"), optionalText("commit")),
  reopened: optionalText("why"),
  severity: all(severity("to"), optionalText("why")),
  paused: optionalText("why"),
  resumed: optionalText("why"),
  note: text("text"),
  action: all(text("text"), optionalText("owner"), optionalText("due")),
  retracted: all(text("event"), optionalText("why")),
  repolicied: (data) =>
    data.policy && typeof data.policy === "object" ? null : "needs the terms in data.policy",
  shipped: optionalText("commit"),
};

/** Why the data of an event of a known type is malformed; null when it is fine or the type is unknown. */
export function checkEventData(type: string, data: Data): string | null {
  return Object.hasOwn(CHECKS, type) ? CHECKS[type]!(data) : null;
}

function severity(key: string): Check {
  return (data) => (SEVERITIES.includes(data[key] as Severity) ? null : `data.${key} is not a severity`);
}
