import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type ExtensionContext, workspace } from "vscode";

/**
 * Puts the command line on the PATH of the integrated terminal; it runs on the editor's own Node. Where both are is
 * noted in a file that stays in its place: a hook that was installed from there goes on after an update.
 */
export function offerInTerminal(
  { extensionPath, globalStorageUri, environmentVariableCollection: variables }: ExtensionContext,
  failed: (error: unknown) => void,
): void {
  // What an earlier version or another trust left behind must not stay.
  variables.clear();
  if (!workspace.isTrusted) return;
  const bin = join(extensionPath, "dist", "bin");
  const folder = globalStorageUri.fsPath;
  variables.description = "Puts the `dropclock` command line on the PATH.";
  variables.prepend("PATH", bin + delimiter);
  variables.replace("DROPCLOCK_NODE", process.execPath);
  variables.replace("DROPCLOCK_COMMAND", join(folder, NOTE));
  noteCommand(folder, `${process.execPath}\n${join(extensionPath, "dist", "cli.js")}\n`).catch(failed);
  // Some ways to unpack an extension lose this bit.
  if (process.platform !== "win32") void chmod(join(bin, "dropclock"), 0o755).catch(() => {});
}

/** The name of the file that the hook reads: the program and its first argument, a line each. */
const NOTE = "command-line";

async function noteCommand(folder: string, text: string): Promise<void> {
  const path = join(folder, NOTE);
  if ((await readFile(path, "utf8").catch(() => null)) === text) return;
  await mkdir(folder, { recursive: true });
  // Whole at any moment: a push may read it, and another window write it.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
