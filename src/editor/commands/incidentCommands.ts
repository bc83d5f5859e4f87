import { env, window } from "vscode";
import {
  addNote,
  changeSeverity,
  reopenIncident,
  repolicyIncident,
  retractEvent,
  setPaused,
} from "../../app/incident/incidents.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { timelineOf } from "../../domain/record/timeline.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { withoutMail } from "../eventWords.ts";
import { labelText } from "../inert.ts";
import { inLocalTime, shortTime } from "../model/text.ts";
import { EventRow, eventIcon } from "../tree/eventRow.ts";
import { askText } from "./askText.ts";
import { anyOpen, type Chosen, chooseIncident } from "./choose.ts";
import { mustBeWritable } from "./chooseProject.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { askSeverity } from "./declareIncident.ts";
import { record } from "./record.ts";

const NO_OPEN = "There is no open incident; declare one first.";
const NO_INCIDENT = "There is no incident yet; declare one first.";

/** A command that asks for one reason and puts one event on record. */
const withReason =
  (
    verb: string,
    choice: { fits: (status: IncidentStatus) => boolean; none: string },
    prompt: string,
    done: string,
    entry: (chosen: Chosen, why: string) => Promise<unknown>,
  ): Handler =>
  async (context, argument) => {
    const chosen = await chooseIncident(context, argument, { title: verb, ...choice });
    if (!chosen) return;
    mustBeWritable(chosen.project);
    const why = await askText(headed(verb, chosen), prompt);
    if (why !== null) await record(chosen.project, done, () => entry(chosen, why));
  };

export const pause = withReason(
  "Pause Clocks",
  {
    fits: (status) => anyOpen(status) && !isPaused(status.incident),
    none: "No open incident has clocks to pause.",
  },
  "Why do its clocks stop?",
  "Clocks paused",
  ({ project, status }, why) => setPaused(project.project, status.incident.id, true, why),
);

export const resume = withReason(
  "Resume Clocks",
  { fits: (status) => anyOpen(status) && isPaused(status.incident), none: "No open incident is paused." },
  "Why do its clocks go on?",
  "Clocks go on",
  ({ project, status }, why) => setPaused(project.project, status.incident.id, false, why),
);

export const reopen = withReason(
  "Reopen Incident",
  {
    fits: ({ state }) => state !== "open",
    none: "There is no incident to reopen: none is mitigated or closed.",
  },
  "What came back? A new round begins; the earlier one keeps its verdicts.",
  "Incident reopened",
  ({ project, status }, why) => reopenIncident(project.project, status.incident.id, why),
);

export const note = withReason(
  "Add Note",
  { fits: anyOpen, none: NO_OPEN },
  "What was seen, tried or decided?",
  "Note added",
  ({ project, status }, text) => addNote(project.project, status.incident.id, text),
);

export const repolicy = withReason(
  "Judge by Today's Policy",
  { fits: anyOpen, none: NO_OPEN },
  "Why should the policy of today judge it? The verdicts so far are computed anew.",
  "Judged by today's policy from now on",
  ({ project, status }, why) => repolicyIncident(project.project, status.incident.id, why),
);

export const severity: Handler = async (context, argument) => {
  const verb = "Change Severity";
  const chosen = await chooseIncident(context, argument, { title: verb, fits: anyOpen, none: NO_OPEN });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { round, id } = chosen.status.incident;
  const to = await askSeverity(headed(verb, chosen), round.terms.targets, round.severity);
  if (!to) return;
  const why = await askText(headed(verb, chosen), `Why is it ${to} now?`);
  if (why !== null)
    await record(chosen.project, `Now ${to}`, (project) => changeSeverity(project, id, to, why));
};

export const retract: Handler = async (context, argument) => {
  const verb = "Retract Event";
  const chosen = await chooseIncident(context, argument, {
    title: verb,
    fits: () => true,
    none: NO_INCIDENT,
  });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const event = argument instanceof EventRow ? argument.entry.event : await askEvent(context, verb, chosen);
  if (!event) return;
  const { id, openedEvent } = chosen.status.incident;
  const prompt =
    event === openedEvent
      ? "Why? Without its opening the whole incident is taken back."
      : "Why was it a mistake? It stays on the timeline, struck from the clocks.";
  const why = await askText(headed(verb, chosen), prompt);
  if (why !== null)
    await record(chosen.project, "Retracted", (project) => retractEvent(project, id, event, why));
};

export const copyId: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Copy Incident ID",
    fits: () => true,
    none: NO_INCIDENT,
  });
  if (!chosen) return;
  await env.clipboard.writeText(chosen.status.incident.id);
  window.setStatusBarMessage("$(check) Incident ID copied", 4000);
};

export const show: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Show Incident",
    fits: () => true,
    none: NO_INCIDENT,
  });
  if (chosen) await context.tree.reveal({ root: chosen.project.project.root, id: chosen.status.incident.id });
};

async function askEvent({ model }: CommandContext, verb: string, chosen: Chosen): Promise<string | null> {
  const now = model.now();
  const entries = timelineOf(chosen.status.incident, now).filter(({ retracted }) => !retracted);
  if (entries.length === 0) throw new HumanError("usage", "Nothing on its timeline is left to retract.");
  const items = entries.reverse().map((entry) => ({
    label: `$(${eventIcon(entry)}) ${labelText(inLocalTime(entry.text, now), 100)}`,
    description: `${shortTime(entry.at, now)} · ${labelText(withoutMail(entry.by))}`,
    event: entry.event,
  }));
  const picked = await window.showQuickPick(items, {
    title: headed(verb, chosen),
    placeHolder: "Which event?",
  });
  return picked?.event ?? null;
}

const headed = (verb: string, { status }: Chosen) => `${verb}: ${plainText(status.incident.title, 80)}`;
