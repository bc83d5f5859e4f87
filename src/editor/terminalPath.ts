import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type ExtensionContext, workspace } from "vscode";

/** Puts the command line on the PATH of the integrated terminal; it runs on the editor's own Node. */
export function offerInTerminal({
  extensionPath,
  environmentVariableCollection: variables,
}: ExtensionContext): void {
  // What an earlier version or another trust left behind must not stay.
  variables.clear();
  if (!workspace.isTrusted) return;
  const bin = join(extensionPath, "dist", "bin");
  variables.description = "Puts the `dropclock` command line on the PATH.";
  variables.prepend("PATH", bin + delimiter);
  variables.replace("DROPCLOCK_NODE", process.execPath);
  // Some ways to unpack an extension lose this bit.
  if (process.platform !== "win32") void chmod(join(bin, "dropclock"), 0o755).catch(() => {});
}
