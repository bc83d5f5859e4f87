import { join } from "node:path";
import { Uri, window, workspace } from "vscode";
import type { Scaffold } from "../../app/scaffold.ts";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { Row } from "../tree/row.ts";
import { tagIn } from "../undo/dropRef.ts";
import { updateDraft } from "../updateDraft.ts";
import { anyOpen, chooseIncident } from "./chooseIncident.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { Handler } from "./commandContext.ts";
import { rootOf } from "./target.ts";

// The template engine is of no use before the first document: it need not hold up the first countdown.
const scaffolds = () => import("../../app/scaffolds.ts");

const NO_INCIDENT = "There is no incident yet, so there is nothing to write about.";

/** Opens the post-mortem of an incident; writes it from its template first where there is none. */
export const openPostmortem: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Open or Create Post-mortem",
    fits: () => true,
    none: NO_INCIDENT,
  });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { scaffoldPostmortem } = await scaffolds();
  await open(chosen.project, await scaffoldPostmortem(chosen.project.project, chosen.status.incident.id));
};

/** Opens the rollback runbook of a drop, the current one unless another is given. */
export const openRunbook: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { scaffoldRunbook } = await scaffolds();
  await open(tracked, await scaffoldRunbook(tracked.project, tagOf(argument)));
};

/** A draft of what customers are to be told, in an unsaved editor: nothing is sent, and nothing marked. */
export const draftUpdate: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Draft Customer Update",
    fits: anyOpen,
    none: "There is no open incident, so there is nothing to tell customers.",
  });
  if (!chosen) return;
  const service = chosen.project.reading?.facts.policy.policy.service ?? null;
  const content = updateDraft(chosen.status, service);
  const document = await workspace.openTextDocument({ language: "markdown", content });
  await window.showTextDocument(document, { preview: false });
};

async function open(tracked: TrackedProject, { path, created }: Scaffold): Promise<void> {
  await window.showTextDocument(Uri.file(join(tracked.project.root, path)), { preview: false });
  if (!created) return;
  await tracked.documentsChanged();
  window.setStatusBarMessage(`$(check) Wrote ${labelText(path)}`, 4000);
}

function tagOf(argument: unknown): string | null {
  return argument instanceof Row ? (argument.drop?.tag ?? null) : tagIn(argument);
}
