import { all, type Check, none, oneOf, optionalText, text } from "./event/eventChecks.ts";
import { SEVERITIES, type Severity } from "./policy/terms.ts";

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

export const isMilestone = (type: string): type is Milestone =>
  (MILESTONES as readonly string[]).includes(type);

/** A test or a drill has clocks like any incident, but never counts in a scorecard. */
export const INCIDENT_KINDS = ["real", "test", "drill"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const LONGEST_TITLE = 200;

/** What the data of the events of `incident/<id>` must hold. */
export const INCIDENT_CHECKS: Readonly<Record<string, Check>> = {
  opened: all(text("title"), severity("severity"), optionalText("drop"), (data) =>
    data.kind === undefined ? null : oneOf("kind", INCIDENT_KINDS)(data),
  ),
  started: none,
  detected: none,
  acknowledged: none,
  mitigated: optionalText("how"),
  updated: all(optionalText("text"), optionalText("channel"), optionalText("status"), optionalText("update")),
  sent: all(text("channel"), text("text"), optionalText("update"), optionalText("key")),
  resolved: none,
  postmortem: all(optionalText("path"), optionalText("commit")),
  reopened: optionalText("why"),
  // What the public may read: each field the newest, an empty one takes it back.
  summary: all(optionalText("title"), optionalText("impact"), optionalText("done")),
  severity: all(severity("to"), optionalText("why")),
  paused: optionalText("why"),
  resumed: optionalText("why"),
  note: text("text"),
  action: all(text("text"), optionalText("owner"), optionalText("due")),
  retracted: all(text("event"), optionalText("why")),
  repolicied: (data) =>
    data.policy && typeof data.policy === "object" ? null : "needs the terms in data.policy",
};

function severity(key: string): Check {
  return (data) => (SEVERITIES.includes(data[key] as Severity) ? null : `data.${key} is not a severity`);
}
