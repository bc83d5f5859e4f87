import { isLive } from "../../domain/drop/status.ts";
import { clockWords } from "../../domain/incident/clock.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { CLOCKS, MILESTONES, type Milestone } from "../../domain/policy/terms.ts";
import type { CommandName } from "../model/ids.ts";
import { markCommand } from "../model/milestones.ts";
import { labelText } from "../model/text.ts";

/** One entry of the status bar's menu. */
export interface Action {
  /** With its icon. */
  label: string;
  description?: string;
  command: CommandName;
  /** A second button back-dates it. */
  milestone?: Milestone;
}

export interface ActionGroup {
  title: string;
  actions: Action[];
}

/**
 * What can sensibly be done with an incident, the most useful first.
 * @param canUndo Whether its drop can still be undone.
 */
export function incidentActions(status: IncidentStatus, canUndo: boolean): ActionGroup[] {
  const { incident, state } = status;
  const marks = nextMilestones(incident.round).map((milestone): Action => {
    const stops = status.clocks.find((clock) => CLOCKS[clock.name].to === milestone && isLive(clock));
    return {
      label: `$(${MILESTONES[milestone].icon}) ${MILESTONES[milestone].button}`,
      ...(stops ? { description: clockWords(stops) } : {}),
      command: markCommand(milestone),
      milestone,
    };
  });
  const undo: Action[] = incident.drop !== null && canUndo ? [undoOf(incident.drop)] : [];
  const documents: Action[] = [
    { label: "$(book) Post-mortem", command: "openPostmortem" },
    { label: "$(checklist) Rollback Runbook", command: "openRunbook" },
    { label: "$(edit) Write Customer Update", command: "draftUpdate" },
    { label: "$(send) Send Customer Update…", command: "sendUpdate" },
  ];
  const record: Action[] = [
    { label: "$(note) Add Note…", command: "addNote" },
    { label: "$(history) Back-date Milestone…", command: "backdateMilestone" },
    {
      label: "$(arrow-swap) Change Severity…",
      description: incident.round.severity,
      command: "changeSeverity",
    },
    isPaused(incident)
      ? { label: "$(play) Resume Clocks…", command: "resumeClocks" }
      : { label: "$(debug-pause) Pause Clocks…", command: "pauseClocks" },
    ...(state === "open"
      ? []
      : [{ label: "$(debug-restart) Reopen…", command: "reopenIncident" } satisfies Action]),
    { label: "$(discard) Retract Event…", command: "retractEvent" },
    { label: "$(list-tree) Show in Sidebar", command: "showIncident" },
  ];
  return [
    { title: "next", actions: [...marks, ...undo] },
    { title: "documents", actions: documents },
    { title: "record", actions: record },
  ];
}

/**
 * What can be done when nothing burns.
 * @param drop The tag of the current one where it can be undone; else null.
 */
export function calmActions(drop: string | null, hasPolicy: boolean): ActionGroup[] {
  const runbook: Action = { label: "$(checklist) Rollback Runbook", command: "openRunbook" };
  const ofDrop = drop === null ? [] : [undoOf(drop), runbook];
  const policy: Action = hasPolicy
    ? { label: "$(law) Open Policy", command: "openPolicy" }
    : { label: "$(new-file) Create Policy", command: "createPolicy" };
  return [
    { title: "", actions: [{ label: "$(flame) Declare Incident…", command: "declareIncident" }] },
    { title: "release", actions: [...ofDrop, policy] },
  ];
}

const undoOf = (drop: string): Action => ({
  label: `$(discard) Undo ${labelText(drop, 60)}…`,
  description: "shows what will happen first",
  command: "undoDrop",
});
