import { execFileSync } from "node:child_process";
import * as vscode from "vscode";
import { Project } from "../../src/app/project/project.ts";
import type { IncidentRef } from "../../src/editor/model/refs.ts";

/** The folder that the window has open. */
export const folder = () => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

/** The extension, once its first reading is on view. */
export async function whenReady(): Promise<void> {
  const extension = vscode.extensions.getExtension("dropclock.dropclock")!;
  const api = (await extension.activate()) as { ready: Promise<void> };
  await api.ready;
}

/** The repository as another process would read it. */
export async function readAgain() {
  const project = await Project.open(folder(), { now: Date.now });
  return project.read();
}

/** The open incident of the sample, as links and notifications name it. */
export async function openIncident(): Promise<IncidentRef> {
  const { release } = await readAgain();
  const open = release.incidents.find(({ round }) => !round.marks.resolved)!;
  return { root: folder(), id: open.id };
}

/** Work tree, index and branch as git sees them, for a comparison. */
export function treeState(): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder(), encoding: "utf8" });
  return [git("status", "--porcelain=v2", "--branch"), git("ls-files", "--stage"), git("stash", "list")].join(
    "\n",
  );
}

/** Closes whatever asks for an input, again and again, until it is stopped. */
export function refuseInputs(): () => void {
  const timer = setInterval(
    () => void vscode.commands.executeCommand("workbench.action.closeQuickOpen"),
    150,
  );
  return () => clearInterval(timer);
}
