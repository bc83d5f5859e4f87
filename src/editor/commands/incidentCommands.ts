import { commands, env, window } from "vscode";
import {
  addNote,
  changeSeverity,
  declareIncident,
  ownIncident,
  reopenIncident,
  repolicyIncident,
  retractEvent,
  setPaused,
} from "../../app/incident/incidents.ts";
import { incidentLink } from "../../documents/pageMessages.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { LONGEST_TITLE } from "../../domain/incident/incident.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { isTimeZone } from "../../domain/policy/calendar.ts";
import { SEVERITIES, type Severity, type Targets, targetWords } from "../../domain/policy/terms.ts";
import { timelineOf } from "../../domain/record/timeline.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { mailOf, plainText, shownName } from "../../domain/text/plainText.ts";
import { inLocalTime, labelText, shortTime } from "../model/text.ts";
import { mustBeWritable } from "../model/writable.ts";
import { EventRow, eventIcon } from "../tree/timelineRows.ts";
import { pagePanels } from "../views/pagePanels.ts";
import { anyOpen, askText, type Chosen, chooseIncident } from "./choose.ts";
import { type CommandContext, chooseProject, type Handler, record, rootOf } from "./commandContext.ts";
import { consequencesOf } from "./consequences.ts";

/** Puts what is selected in an editor on the timeline. */
export const addSelection: Handler = async (context) => {
  const editor = window.activeTextEditor;
  const text = editor?.selections.map((selection) => editor.document.getText(selection)).join("\n") ?? "";
  await addText(context, undefined, text, "Select the lines that belong on the timeline first.");
};

/** The same for a terminal, whose selection is reached by the clipboard alone; what was there comes back. */
export const addTerminalSelection: Handler = async (context) => {
  const before = await env.clipboard.readText();
  await env.clipboard.writeText("");
  await commands.executeCommand("workbench.action.terminal.copySelection");
  const text = await env.clipboard.readText();
  await env.clipboard.writeText(before);
  await addText(context, undefined, text, "Select the lines in the terminal first.");
};

export const addClipboard: Handler = async (context, argument) => {
  const text = await env.clipboard.readText();
  await addText(context, argument, text, "The clipboard holds no text; copy the lines first.");
};

async function addText(
  context: CommandContext,
  argument: unknown,
  text: string,
  none: string,
): Promise<void> {
  if (text.trim() === "") throw new HumanError("usage", none);
  const title = "Add to Timeline";
  const choice = { title, fits: anyOpen, none: "There is no open incident; declare one first." };
  const chosen = await chooseIncident(context, argument, choice);
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { addPasted, needsZone, readPasted } = await import("../../app/incident/pastedText.ts");
  const { incident } = chosen.status;
  const zone = needsZone(readPasted(text, incident, null, context.model.now())) ? await askZone() : null;
  if (zone === undefined) return;
  const add = () => addPasted(chosen.project.project, incident.id, text, zone);
  const events = await record(chosen.project, "On the timeline", add);
  const entries = counted(events.length, "entry", "entries");
  const when = zone === null ? "" : `, times read as ${zone}`;
  window.setStatusBarMessage(`$(check) ${labelText(`${entries} on the timeline${when}`)}`, 6000);
}

/** In which zone a time is that names none. Undefined: given up. */
async function askZone(): Promise<string | undefined> {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([local, "UTC"])].map((zone) => ({
    label: zone,
    description: zone === local ? "this machine's" : "",
    zone,
  }));
  const other = { label: "$(edit) Another Zone…", description: "", zone: null };
  const title = "The time names no zone. Which is it in?";
  const picked = await window.showQuickPick([...zones, other], { title });
  if (!picked) return undefined;
  return picked.zone ?? (await typeZone(title));
}

const typeZone = (title: string) =>
  window.showInputBox({
    title,
    placeHolder: "Europe/Oslo",
    validateInput: (text) => (isTimeZone(text.trim()) ? null : "Write a zone such as Europe/Oslo, or UTC."),
  });

/** Two inputs, title and severity; all else has a good default and can be changed after. */
export const declare: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const status = tracked.statusAt(context.model.now());
  const on = status?.drop ? ` on ${plainText(status.drop.tag, 60)}` : "";
  const title = await window.showInputBox({
    title: `Declare Incident${on} (1/2)`,
    prompt: "What do people see? A few words; they become its title.",
    placeHolder: "Checkout fails with 5xx",
    validateInput: titleTrouble,
    ignoreFocusOut: true,
  });
  if (title === undefined) return;
  const severity = await askSeverity(`Declare Incident${on} (2/2)`, status?.policy.policy.targets ?? null);
  if (!severity) return;
  const { id } = await record(tracked, "Incident declared; its clocks run", (project) =>
    declareIncident(project, { title, severity }),
  );
  await context.tree.revealIfVisible({ root: tracked.project.root, id });
};

function titleTrouble(text: string): string | null {
  const title = plainText(text, LONGEST_TITLE + 1);
  if (title === "") return "An incident needs a title.";
  return title.length > LONGEST_TITLE ? `At most ${LONGEST_TITLE} characters.` : null;
}

/** The severities with what each promises. Null: given up. */
async function askSeverity(
  title: string,
  targets: Targets | null,
  change: { present: Severity; detail: (to: Severity) => string } | null = null,
): Promise<Severity | null> {
  const items = SEVERITIES.filter((severity) => severity !== change?.present).map((severity) => ({
    label: severity,
    description: targets ? labelText(targetWords(targets, severity)) : "",
    ...(change ? { detail: change.detail(severity) || "No clock changes." } : {}),
  }));
  const picked = await window.showQuickPick(items, {
    title,
    placeHolder: "How bad is it?",
    ignoreFocusOut: true,
  });
  return (picked?.label as Severity | undefined) ?? null;
}

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
  "Why do its clocks resume?",
  "Clocks resumed",
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

/** Hands an incident over: to whoever works here first, for that is the most frequent. */
export const own: Handler = async (context, argument) => {
  const verb = "Hand Over Incident";
  const chosen = await chooseIncident(context, argument, { title: verb, fits: anyOpen, none: NO_OPEN });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { project } = chosen.project;
  const { incident } = chosen.status;
  const me = await project.author();
  const council = chosen.project.reading?.release.policy.policy.council?.members ?? [];
  const people = [me, ...incident.events.map(({ by }) => by), ...council.map((mail) => `<${mail}>`)];
  const known = new Map<string, string>();
  for (const each of people) if (!known.has(mailOf(each))) known.set(mailOf(each), each);
  const items = [...known.values()]
    .filter((who) => who !== incident.owner?.who)
    .map((who) => ({
      label: labelText(shownName(who, 80)),
      description: who === me ? "you" : labelText(mailOf(who)),
      who,
    }));
  const other = { label: "$(edit) Somebody Else…", description: "", who: null };
  const now = incident.owner ? `Led by ${shownName(incident.owner.who, 80)} now` : "Nobody leads it yet";
  const picked = await window.showQuickPick([...items, other], {
    title: headed(verb, chosen),
    placeHolder: `${now}; who leads it from here on?`,
  });
  if (!picked) return;
  const who = picked.who ?? (await askText(headed(verb, chosen), "Who leads it?", "Bo <bo@example.com>"));
  if (who === null) return;
  await record(chosen.project, `Led by ${shownName(who, 80)}`, () => ownIncident(project, incident.id, who));
};

export const repolicy = withReason(
  "Apply the Current Policy",
  { fits: anyOpen, none: NO_OPEN },
  "Why should the current policy apply? The verdicts so far are computed anew.",
  "The current policy applies from now on",
  ({ project, status }, why) => repolicyIncident(project.project, status.incident.id, why),
);

export const severity: Handler = async (context, argument) => {
  const verb = "Change Severity";
  const chosen = await chooseIncident(context, argument, { title: verb, fits: anyOpen, none: NO_OPEN });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { round, id } = chosen.status.incident;
  const to = await askSeverity(headed(verb, chosen), round.terms.targets, {
    present: round.severity,
    // What it does stands below each, before it is chosen.
    detail: (severity) =>
      consequencesOf(chosen, { type: "severity", data: { to: severity } }, context.model.now()).join(" · "),
  });
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
  const { id } = chosen.status.incident;
  const supposed = { type: "retracted", data: { event } };
  const effects = consequencesOf(chosen, supposed, context.model.now());
  const what = effects.length === 0 ? "No clock changes." : effects.join(" · ");
  const why = await askText(headed(verb, chosen), `Why was it a mistake? It stays on the timeline. ${what}`);
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

/** A link for the chat: whoever follows it sees the page of the incident, where they have its repository open. */
export const copyLink: Handler = async (context, argument) => {
  const choice = { title: "Copy Link to Incident", fits: () => true, none: NO_INCIDENT };
  const chosen = await chooseIncident(context, argument, choice);
  if (!chosen) return;
  await env.clipboard.writeText(incidentLink(chosen.status.incident, env.uriScheme));
  window.setStatusBarMessage("$(check) Link to the incident copied", 4000);
};

/** The incident as a page of its own. */
export const openPage: Handler = async (context, argument) => {
  const choice = { title: "Open Incident Page", fits: () => true, none: NO_INCIDENT };
  const chosen = await chooseIncident(context, argument, choice);
  if (!chosen) return;
  const { id, title } = chosen.status.incident;
  pagePanels(context).show({ page: "incident", root: chosen.project.project.root, id }, title);
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
  // What was entered last is what people most often take back.
  const items = entries
    .toReversed()
    .sort((a, b) => b.recorded - a.recorded)
    .map((entry) => ({
      label: `$(${eventIcon(entry)}) ${labelText(inLocalTime(entry.text, now), 100)}`,
      description: `${shortTime(entry.at, now)} · ${labelText(shownName(entry.by, 40))}`,
      event: entry.event,
    }));
  const picked = await window.showQuickPick(items, {
    title: headed(verb, chosen),
    placeHolder: "Which event?",
  });
  return picked?.event ?? null;
}

const headed = (verb: string, { status }: Chosen) => `${verb}: ${plainText(status.incident.title, 80)}`;
