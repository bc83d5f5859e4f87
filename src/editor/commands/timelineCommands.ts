import { commands, env, window } from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import { isTimeZone } from "../../domain/timeZone.ts";
import { labelText } from "../inert.ts";
import { anyOpen, chooseIncident } from "./choose.ts";
import { mustBeWritable } from "./chooseProject.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { record } from "./record.ts";

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
  const entries = events.length === 1 ? "1 entry" : `${events.length} entries`;
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
