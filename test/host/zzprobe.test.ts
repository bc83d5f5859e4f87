import assert from "node:assert/strict";
import * as vscode from "vscode";
describe("probe", () => {
  it("sees the command", async () => {
    const toy = vscode.extensions.getExtension("toy.toy");
    await toy?.activate();
    assert.ok((await vscode.commands.getCommands(true)).includes("toy.open"));
    console.log("hello %s", "there", process.version, vscode.version);
  });
  it("fails", () => assert.deepEqual({ a: 1 }, { a: 2 }));
  it.skip("later", () => {});
});
