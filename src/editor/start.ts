import { workspace } from "vscode";
import { askEarly } from "../app/project/earlyAnswers.ts";
import type { Core, Shell } from "./core.ts";
import { gitProgram } from "./model/settings.ts";

/** Starts git, and loads the rest of the program while git is at work. */
export async function start(shell: Shell): Promise<Core> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  // In a folder that is not trusted no process is started.
  const asked = workspace.isTrusted ? folders : [];
  const early = new Map(asked.map(({ uri }) => [uri.fsPath, askEarly(uri.fsPath, { binary: gitProgram() })]));
  const { startCore } = await import("./core.ts");
  return startCore(shell, early);
}
