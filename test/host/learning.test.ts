import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { postmortemPath } from "../../src/app/project/documentPaths.ts";
import { commandId } from "../../src/editor/model/ids.ts";
import { eventually } from "../support/eventually.ts";
import { folder, openIncident, readAgain, whenReady } from "./project.ts";

describe("post-mortems and updates", () => {
  const written: string[] = [];
  before(whenReady);
  after(() => {
    for (const path of written) rmSync(path, { force: true });
  });

  async function postmortem(text: string): Promise<vscode.TextDocument> {
    const ref = await openIncident();
    const { release } = await readAgain();
    const path = join(folder(), postmortemPath(release.policy.policy, ref));
    written.push(path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  }

  it("says in a post-mortem what it lacks, and mends it", async () => {
    const document = await postmortem(
      "# It broke\r\n\r\n## Summary\r\n\r\n<!-- What happened? -->\r\n\r\n## Action items\r\n\r\n- [ ] Test it\r\n",
    );
    const messages = await eventually(async () => {
      const found = vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ source }) => source === "dropclock")
        .map(({ message }) => message)
        .join("\n");
      assert.match(found, /“Summary” has an open question/);
      return found;
    });
    assert.match(messages, /has no owner/);
    assert.match(messages, /There is no section “Impact”/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new vscode.Range(8, 0, 8, 5),
    );
    const due = actions.find(({ title }) => title.startsWith("Due in two weeks"))!;
    await vscode.workspace.applyEdit(due.edit!);
    assert.match(document.lineAt(8).text, /^- \[ \] Test it — due: \d{4}-\d{2}-\d{2}$/);
    assert.ok(actions.some(({ title }) => title === "Add an owner"));
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("writes the next update for customers, and opens it", async () => {
    const ref = await openIncident();
    await vscode.commands.executeCommand(commandId("draftUpdate"), ref);
    const { uri } = vscode.window.activeTextEditor!.document;
    written.push(uri.fsPath);
    assert.match(uri.fsPath, /docs[\\/]updates[\\/].*-1\.md$/);
    assert.match(readFileSync(uri.fsPath, "utf8"), /^status: (investigating|identified|monitoring)$/m);
  });

  it("puts a selection on the timeline at the time that it carries", async () => {
    const ref = await openIncident();
    const at = new Date(Math.floor((Date.now() - 60_000) / 1000) * 1000).toISOString();
    const document = await vscode.workspace.openTextDocument({ content: `${at} the provider answers 502\n` });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 1, 0);
    await vscode.env.clipboard.writeText(document.getText());
    await vscode.commands.executeCommand(commandId("addClipboardToTimeline"), ref);
    const { release } = await readAgain();
    const incident = release.incidents.find(({ id }) => id === ref.id)!;
    const note = incident.events.find(({ data }) => data.text === "the provider answers 502")!;
    assert.equal(new Date(note.at).toISOString(), at);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
