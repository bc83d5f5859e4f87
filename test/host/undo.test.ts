import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { shellCommand } from "../../src/app/undo/undoHost.ts";
import { runTask } from "../../src/editor/commands/editorUndoHost.ts";
import { commandId } from "../../src/editor/model/ids.ts";
import { gitUri } from "../../src/editor/views/virtualDocuments.ts";
import { eventually } from "../support/eventually.ts";
import { folder, readAgain, treeState, whenReady } from "./project.ts";

const git = (...args: string[]) => execFileSync("git", args, { cwd: folder(), encoding: "utf8" }).trim();
const titles = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

describe("the undo in the editor", () => {
  const out = mkdtempSync(join(tmpdir(), "dropclock-undo-"));
  let tree = "";
  before(async () => {
    await whenReady();
    tree = treeState();
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(out, { recursive: true, force: true });
  });

  it("shows a file as git has it, in an editor that only shows", async () => {
    const at = git("rev-parse", "drop-4");
    const uri = gitUri({ root: folder(), at, path: "src/orders.js" });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText().trim(), git("show", "drop-4:src/orders.js"));
    assert.equal(document.languageId, "javascript");
    assert.equal(vscode.workspace.fs.isWritableFileSystem(uri.scheme) ?? false, false);
  });

  it("shows nothing of other folders, by no other name than an object's, and never takes one for an option", async () => {
    const at = git("rev-parse", "drop-4");
    const odd = [
      { root: "/", at, path: "etc/passwd" },
      { root: folder(), at: "drop-4", path: "src/orders.js" },
      { root: folder(), at: "--help", path: "src/orders.js" },
      { root: folder(), at, path: "../../etc/passwd" },
    ];
    for (const file of odd) {
      const document = await vscode.workspace.openTextDocument(gitUri(file));
      assert.equal(document.getText(), "", JSON.stringify(file));
    }
  });

  it("opens what the undo changes as one editor, and touches nothing", async () => {
    await vscode.commands.executeCommand(commandId("showUndoChanges"), { root: folder(), tag: "drop-5" });
    await eventually(() =>
      assert.ok(titles().some((title) => title.startsWith("Undo drop-5: branch and result"))),
    );
    assert.equal(treeState(), tree);
  });

  it("does nothing while the plan is on view, and nothing when it is put away", async () => {
    const { ledger } = await readAgain();
    const shown = vscode.commands.executeCommand(commandId("undoDrop"), { root: folder(), tag: "drop-5" });
    const hide = setInterval(
      () => void vscode.commands.executeCommand("workbench.action.closeQuickOpen"),
      500,
    );
    await Promise.resolve(shown).finally(() => clearInterval(hide));
    assert.equal((await readAgain()).ledger.head, ledger.head);
    assert.equal(git("branch", "--list", "dropclock/*"), "");
    assert.equal(treeState(), tree);
  });

  it("runs a command as a task in its folder, with the line read by one shell once", async () => {
    const line = `printf '%s|%s' "$PWD" 'a b;"$(touch ${join(out, "never")})"' > "${join(out, "said")}"; exit 3`;
    const status = await runTask({ ...shellCommand(line), title: "Say", cwd: out });
    assert.equal(status, 3);
    assert.equal(readFileSync(join(out, "said"), "utf8"), `${out}|a b;"$(touch ${join(out, "never")})"`);
    assert.equal(existsSync(join(out, "never")), false);
  }).timeout(120_000);

  it("tells that a task was ended, which is not that it went well", async () => {
    const ended = runTask({ ...shellCommand("sleep 300"), title: "Wait", cwd: out });
    const running = await eventually(() => {
      const found = vscode.tasks.taskExecutions.find(({ task }) => task.name === "Wait");
      assert.ok(found);
      return found;
    });
    // A task that has no process yet cannot be ended.
    const ending = setInterval(() => running.terminate(), 500);
    const status = await ended.finally(() => clearInterval(ending));
    assert.notEqual(status, 0);
  }).timeout(120_000);
});
