import type { Milestone } from "../../domain/incidentEvents.ts";
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
  resolved: "Mark Resolved",
  postmortem: "Mark Post-mortem Published",
};
