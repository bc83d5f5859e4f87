import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the extension in its host", () => {
  const extension = vscode.extensions.getExtension("dropclock.dropclock");

  it("is there and activates", async () => {
    assert.ok(extension, "VS Code has not loaded the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers every command that package.json contributes", async () => {
    const contributed: { command: string }[] = extension?.packageJSON.contributes.commands ?? [];
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributed.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.ok(contributed.length > 0);
    assert.deepEqual(missing, []);
  });
});
