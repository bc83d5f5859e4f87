import { join } from "node:path";
import { commands, Uri, window, workspace } from "vscode";
import type { Scaffold } from "../../app/project/scaffold.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { tagIn } from "../model/refs.ts";
import { labelText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { mustBeWritable } from "../model/writable.ts";
import { Row } from "../tree/row.ts";
import { type Chosen, chooseIncident } from "./choose.ts";
import { chooseProject, type Handler, rootOf } from "./commandContext.ts";

// The template engine is of no use before the first document: it need not hold up the first countdown.
const scaffolds = () => import("../../app/documents/scaffolds.ts");

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
  await openScaffold(
    chosen.project,
    await scaffoldPostmortem(chosen.project.project, chosen.status.incident.id),
  );
};

/** Brings all that is generated in a post-mortem up to date, between its markers. */
export const refreshPostmortem: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Refresh Post-mortem from the Record",
    fits: () => true,
    none: "There is no incident yet, so there is no post-mortem.",
  });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  await saveFirst(chosen);
  const { refreshPostmortem: refresh } = await import("../../app/documents/postmortemUpkeep.ts");
  const { path, changed } = await refresh(chosen.project.project, chosen.status.incident.id);
  await window.showTextDocument(Uri.file(join(chosen.project.project.root, path)), { preview: false });
  const done = changed.length > 0 ? `Refreshed: ${changed.join(", ")}` : "The post-mortem is up to date";
  window.setStatusBarMessage(`$(check) ${labelText(done)}`, 4000);
};

/** What somebody is typing must not be lost to what lies on disk. */
async function saveFirst({ project, status }: Chosen): Promise<void> {
  const { findPostmortem } = await import("../../app/documents/postmortemUpkeep.ts");
  const { root } = project.project;
  const path = await findPostmortem(root, project.reading!.facts.policy.policy, status.incident);
  if (path === null) return;
  const { fsPath } = Uri.file(join(root, path));
  const open = workspace.textDocuments.find(({ uri }) => uri.fsPath === fsPath);
  if (open?.isDirty && !(await open.save()))
    throw new HumanError("refused", "The post-mortem could not be saved, so it was left as it is.");
}

/**
 * Opens the rollback runbook of a drop, the current one unless another is given: as it reads, for whoever follows it is
 * in a hurry.
 */
export const openRunbook: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { refreshRunbook, scaffoldRunbook } = await scaffolds();
  const tag = tagOf(argument);
  const made = await scaffoldRunbook(tracked.project, tag);
  if (made.created) tracked.documentsChanged();
  await showPreview(Uri.file(join(tracked.project.root, made.path)));
  if (made.created) return tellWritten(made.path);
  // One that is wholly somebody's own is as good.
  const stale = await refreshRunbook(tracked.project, tag, false).catch(() => null);
  if (!stale || stale.changed.length === 0) return;
  const words = "This runbook does not name the incident that is open on its drop.";
  if ((await window.showInformationMessage(words, REFRESH)) === REFRESH)
    await refreshRunbook(tracked.project, tag);
};

const REFRESH = "Refresh";

function tagOf(argument: unknown): string | null {
  return argument instanceof Row ? (argument.drop?.tag ?? null) : tagIn(argument);
}

/** Opens a document that was written from its template, or was there already. */
export async function openScaffold(tracked: TrackedProject, { path, created }: Scaffold): Promise<void> {
  // The sidebar first: the editor takes its time, and what is written must not be offered to be written meanwhile.
  if (created) tracked.documentsChanged();
  await window.showTextDocument(Uri.file(join(tracked.project.root, path)), { preview: false });
  if (created) tellWritten(path);
}

function tellWritten(path: string): void {
  window.setStatusBarMessage(`$(check) Wrote ${labelText(path)}`, 4000);
}

/** A document as it reads, beside what is being worked on. Its source is one press away. */
async function showPreview(file: Uri): Promise<void> {
  try {
    await commands.executeCommand("markdown.showPreviewToSide", file);
  } catch {
    // Somebody has switched the previews of Markdown off.
    await window.showTextDocument(file, { preview: false });
  }
}
