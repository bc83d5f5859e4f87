import type { Editors } from "./editors.ts";
import type { QuickInput } from "./quickInput.ts";

/**
 * Changes user settings in the product's own editor for them.
 * Writing the file from outside is no way: a web window stops watching it some seconds after its start.
 */
export async function changeSettings(
  editors: Editors,
  quickInput: QuickInput,
  patch: Record<string, unknown>,
): Promise<void> {
  await quickInput.runCommand("Preferences: Open User Settings (JSON)");
  await editors.waitForTab("settings.json");
  const settings = { ...JSON.parse(await editors.text()), ...patch };
  await editors.replace(JSON.stringify(settings, null, 2));
  await editors.save();
  await editors.close();
}
