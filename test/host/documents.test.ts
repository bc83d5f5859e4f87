import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { postmortemPath, runbookPath } from "../../src/app/project/documentPaths.ts";
import { commandId } from "../../src/editor/model/ids.ts";
import { eventually } from "../support/eventually.ts";
import { folder, openIncident, readAgain, whenReady } from "./project.ts";

describe("the documents", () => {
  const written: string[] = [];
  before(whenReady);
  after(() => {
    for (const path of written) rmSync(path, { force: true });
  });

  it("writes a post-mortem where the sidebar looks for it, and opens it", async () => {
    const ref = await openIncident();
    const { release } = await readAgain();
    const path = join(folder(), postmortemPath(release.policy.policy, ref));
    written.push(path);
    assert.equal(existsSync(path), false);
    await vscode.commands.executeCommand(commandId("openPostmortem"), ref);
    assert.equal(vscode.window.activeTextEditor!.document.uri.fsPath, path);
    assert.match(readFileSync(path, "utf8"), /^incident: /m);
  });

  it("opens what is there, and overwrites nothing", async () => {
    const [path] = written;
    writeFileSync(path!, "# By hand\n");
    await vscode.commands.executeCommand(commandId("openPostmortem"), await openIncident());
    assert.equal(readFileSync(path!, "utf8"), "# By hand\n");
  });

  it("writes the runbook of the current drop, and opens it as it reads", async () => {
    const { release } = await readAgain();
    const path = join(folder(), runbookPath(release.policy.policy, release.drops[0]!.tag));
    written.push(path);
    await vscode.commands.executeCommand(commandId("openRunbook"));
    await eventually(() => {
      const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
      assert.ok(labels.includes(`Preview ${basename(path)}`), labels.join());
    });
    assert.ok(readFileSync(path, "utf8").includes(release.drops[0]!.tag));
  });
});
