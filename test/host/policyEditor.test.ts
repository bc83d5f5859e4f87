import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually } from "../support/eventually.ts";
import { whenReady } from "./project.ts";

const uri = () => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, ".dropclock/policy.yaml");
const marks = () => vscode.languages.getDiagnostics(uri()).filter(({ source }) => source === "dropclock");

describe("the policy in an editor", () => {
  let document: vscode.TextDocument;

  before(async () => {
    await whenReady();
    document = await vscode.workspace.openTextDocument(uri());
    await vscode.window.showTextDocument(document);
  });
  after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  const replace = async (from: string, to: string) => {
    const at = document.positionAt(document.getText().indexOf(from));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri(), new vscode.Range(at, at.translate(0, from.length)), to);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };

  it("has no marks while it is in order", async () => {
    await eventually(() => assert.deepEqual(marks(), []));
  });

  it("explains a key, and completes one", async () => {
    const at = document.positionAt(document.getText().indexOf("mitigate:") + 2);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      uri(),
      at,
    );
    const said = hovers
      .flatMap(({ contents }) => contents as vscode.MarkdownString[])
      .map(({ value }) => value);
    assert.ok(
      said.some((text) => text.includes("Time to mitigate")),
      said.join(),
    );
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      uri(),
      new vscode.Position(0, 0),
    );
    const labels = list.items.map(({ label }) => label);
    assert.ok(labels.includes("signals"), labels.join());
    assert.ok(!labels.includes("targets"), "it stands there already");
  });

  it("marks the very word that is wrong, as it is typed", async () => {
    await replace("targets:", "targts:");
    const [mark] = await eventually(() => {
      const found = marks();
      assert.equal(found.length, 1);
      return found;
    });
    assert.equal(document.getText(mark!.range), "targts");
    assert.equal(mark!.severity, vscode.DiagnosticSeverity.Error);
    assert.match(mark!.message, /targets/);
    assert.ok(document.isDirty, "nothing was saved for it");
  });

  it("offers the plain repair, which leaves no mark", async () => {
    const [mark] = marks();
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri(),
      mark!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title.includes("targets"));
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await eventually(() => assert.deepEqual(marks(), []));
    assert.match(document.getText(), /^targets:/m);
  });

  it("leads from a problem to its section of the guide, which nobody can change", async () => {
    await replace("detect: 30m", "detect: 30q");
    const [mark] = await eventually(() => {
      const found = marks();
      assert.equal(found.length, 1);
      return found;
    });
    assert.ok(typeof mark!.code === "object", JSON.stringify(mark!.code));
    assert.equal(mark!.code.value, "targets");
    const { target } = mark!.code;
    const page = await vscode.workspace.openTextDocument(target.with({ fragment: "" }));
    assert.equal(page.lineAt(Number(target.fragment.slice(1)) - 1).text, "## `targets`");
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri(),
      mark!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const { command } = actions.find(({ title }) => title === "Open the guide on targets")!;
    await vscode.commands.executeCommand(command!.command, ...command!.arguments!);
    await previewOf(/policy\.md/);
    // What names no page opens the first, and nothing outside of the guide.
    for (const place of [undefined, { page: "../../package.json" }, "policy"]) {
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      await vscode.commands.executeCommand("dropclock.openGuide", place);
      await previewOf(/index\.md/);
    }
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await vscode.window.showTextDocument(document);
  });
});

const previewOf = (name: RegExp) =>
  eventually(() => {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputWebview, tab?.label);
    assert.match(tab.input.viewType, /markdown\.preview/);
    assert.match(tab.label, name);
  });
