import { Uri, window, workspace } from "vscode";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError } from "../model/writable.ts";
import type { CommandContext } from "./commandContext.ts";

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

/** Refuses, with the way out, where nothing can be put on record. */
export function mustBeWritable({ project, error }: TrackedProject): void {
  if (!workspace.isTrusted) {
    throw new MendableError("This folder is not trusted, so nothing is written; trust it first.", {
      title: "Manage Trust",
      command: "workbench.trust.manage",
    });
  }
  if (project.repository) return;
  if (error) throw new MendableError(error, { title: "Show Log", command: "dropclock.showLog" });
  throw new MendableError(
    "This folder is no git repository yet, and incidents are kept in git; initialize one first.",
    {
      title: "Initialize Repository",
      command: "git.init",
      // Without asking which folder, where there is only one.
      argument: true,
    },
  );
}
