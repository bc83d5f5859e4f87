import { commands, type ExtensionContext, type LogOutputChannel, Uri, window, workspace } from "vscode";
import type { Project } from "../../app/project/project.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import { type DropRef, type IncidentRef, isIncidentRef, tagIn } from "../model/refs.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { inLocalTime, labelText, messageText, withoutCommandLine } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError, mustBeWritable, type WayOut } from "../model/writable.ts";
import type { ReleaseTree } from "../tree/releaseTree.ts";
import { Row } from "../tree/row.ts";
import { guideFor } from "../views/guide.ts";
import type { DraftDocuments } from "../views/virtualDocuments.ts";

/** What commands work with. */
export interface CommandContext {
  model: ReleaseModel;
  tree: ReleaseTree;
  /** What is on view before it is written. */
  drafts: DraftDocuments;
  log: LogOutputChannel;
  extension: ExtensionContext;
}

/** A command gets what VS Code passes: a row, the plain data of a link, or nothing from the palette. */
export type Handler = (context: CommandContext, argument: unknown) => Promise<void>;

/** The incident that a command's argument is about: a row's, or one named by a link. */
export function incidentOf(argument: unknown): IncidentRef | null {
  if (argument instanceof Row) return argument.incident;
  return isIncidentRef(argument) ? { root: argument.root, id: argument.id } : null;
}

/** The drop that a command's argument is about; null where it names none, which means the current one. */
export function dropOf(argument: unknown): DropRef | null {
  if (argument instanceof Row) return argument.drop;
  const [root, tag] = [rootOf(argument), tagIn(argument)];
  return root !== null && tag !== null ? { root, tag } : null;
}

/** The project that a command's argument is about. */
export function rootOf(argument: unknown): string | null {
  if (argument instanceof Row) return argument.root;
  const root = (argument as { root?: unknown } | null | undefined)?.root;
  return typeof root === "string" ? root : null;
}

/** Puts something on record and shows it: when it resolves, every surface has it. */
export async function record<T>(
  tracked: TrackedProject,
  said: string,
  entry: (project: Project) => Promise<T>,
): Promise<T> {
  mustBeWritable(tracked);
  const result = await entry(tracked.project);
  await tracked.refresh();
  window.setStatusBarMessage(`$(check) ${labelText(said, 100)}`, 4000);
  return result;
}

/** The project that a command is about: the one given, the only one, that of the editor in front, else by asking. */
export async function chooseProject(
  { model }: CommandContext,
  root: string | null,
  fits: (project: TrackedProject) => boolean = () => true,
): Promise<TrackedProject | null> {
  const given = root === null ? null : model.project(root);
  if (given) return given;
  const { projects } = model;
  if (projects.length === 0) {
    throw new MendableError("No folder is open; open the folder of a repository first.", {
      title: "Open Folder",
      command: "workbench.action.files.openFolder",
    });
  }
  const fitting = projects.filter(fits);
  const candidates = fitting.length > 0 ? fitting : projects;
  if (candidates.length === 1) return candidates[0]!;
  return inFront(candidates) ?? ask(candidates);
}

function inFront(candidates: readonly TrackedProject[]): TrackedProject | null {
  const file = window.activeTextEditor?.document.uri;
  if (file?.scheme !== "file" || !workspace.getWorkspaceFolder(file)) return null;
  const inside = ({ project }: TrackedProject) => file.path.startsWith(`${Uri.file(project.root).path}/`);
  return candidates.filter(inside).sort((a, b) => b.project.root.length - a.project.root.length)[0] ?? null;
}

async function ask(candidates: readonly TrackedProject[]): Promise<TrackedProject | null> {
  const items = candidates.map((project) => ({
    label: `$(repo) ${labelText(project.name)}`,
    description: labelText(project.project.root),
    project,
  }));
  const picked = await window.showQuickPick(items, { title: "Which repository?" });
  return picked?.project ?? null;
}

/** Does the work of a command; what goes wrong is told once, in a sentence. */
export async function guarded(
  log: LogOutputChannel,
  name: CommandName,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(
      `${commandId(name)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    // Not awaited, so that a command is over when it has failed, not when its message is closed.
    if (error instanceof HumanError) void tell(error.message, wayOutOf(error) ?? guideFor(name));
    else void tell(`${String(error)} (a fault of Dropclock's own; the log has more).`, SHOW_LOG);
  }
}

const SHOW_LOG: WayOut = { title: "Show Log", command: commandId("showLog") };

function wayOutOf(error: HumanError): WayOut | null {
  if (error instanceof MendableError) return error.wayOut;
  return error.kind === "service" ? SHOW_LOG : null;
}

async function tell(message: string, wayOut: WayOut | null): Promise<void> {
  const text = messageText(inLocalTime(withoutCommandLine(message), Date.now()));
  const pressed = await (wayOut
    ? window.showErrorMessage(text, wayOut.title)
    : window.showErrorMessage(text));
  if (pressed && wayOut) await commands.executeCommand(wayOut.command, wayOut.argument);
}
