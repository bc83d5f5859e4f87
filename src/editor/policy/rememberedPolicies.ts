import { statSync } from "node:fs";
import { join } from "node:path";
import type { ExtensionContext } from "vscode";
import { PolicyMemory } from "../../app/project/policyMemory.ts";

/** What this build of the extension found policies to say. */
export function rememberedPolicies({
  extension,
  extensionPath,
  globalStorageUri,
}: ExtensionContext): PolicyMemory {
  const { version } = extension.packageJSON as { version: string };
  // Under development the version stays while the code changes.
  const built = statSync(join(extensionPath, "dist", "editor.js"), { throwIfNoEntry: false })?.mtimeMs;
  return new PolicyMemory(join(globalStorageUri.fsPath, "policies"), `${version} ${built}`);
}
