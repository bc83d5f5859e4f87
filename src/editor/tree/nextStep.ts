import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { MILESTONES } from "../../domain/policy/terms.ts";
import type { CommandName } from "../model/ids.ts";
import { markCommand } from "../model/milestones.ts";
import { labelText } from "../model/text.ts";
import type { UndoFace } from "./undoFace.ts";

/** The one thing to do now about an incident. */
export interface NextStep {
  /** Null: it is being done. */
  command: CommandName | null;
  /** What the button says. */
  title: string;
  /** What is known about it before anybody presses. */
  words: string;
  icon: string;
}

/**
 * The next step of an incident, in the order of its life: take the drop back, tell customers, resolve, learn. Null
 * where nothing is left.
 * @param undo How the undo of its drop stands; null: it has none that could be taken back.
 */
export function nextStepOf({ incident, state }: IncidentStatus, undo: UndoFace | null): NextStep | null {
  const tag = incident.drop === null ? "" : ` ${labelText(incident.drop, 40)}`;
  if (state === "open" && undo && undo.state !== "nothing" && undo.state !== "unknown") {
    const step = undoStep(undo, tag);
    if (step) return step;
  }
  const [next] = nextMilestones(incident.round);
  if (next === undefined) return null;
  if (next === "updated")
    return { command: "draftUpdate", title: "Write Customer Update", words: "", icon: "edit" };
  if (next === "postmortem")
    return { command: "openPostmortem", title: "Open Post-mortem", words: "", icon: "book" };
  const words = next === "mitigated" && undo?.state === "undone" ? undo.words : "";
  return { command: markCommand(next), title: MILESTONES[next].button, words, icon: MILESTONES[next].icon };
}

const LEADING: Partial<Record<CommandName, string>> = {
  createPullRequest: "Create Pull Request",
  openPullRequest: "Open Pull Request",
  openUndoBranch: "Open Branch",
};

function undoStep({ state, words, icon, leadsTo }: UndoFace, tag: string): NextStep | null {
  switch (state) {
    case "running":
      return { command: null, title: `Undo${tag}`, words, icon };
    case "stopped":
      return { command: "continueUndo", title: "Continue Undo", words, icon };
    case "undone": {
      const title = leadsTo && LEADING[leadsTo];
      return title ? { command: leadsTo, title, words, icon } : null;
    }
    default:
      return { command: "undoDrop", title: `Undo${tag}…`, words, icon: "discard" };
  }
}
