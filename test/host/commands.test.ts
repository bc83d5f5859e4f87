import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as vscode from "vscode";
import type { Milestone } from "../../src/domain/policy/terms.ts";
import { COMMAND_NAMES, type CommandName, commandId } from "../../src/editor/model/ids.ts";
import { folder, openIncident, readAgain, refuseInputs, treeState, whenReady } from "./project.ts";

const run = (name: CommandName, ...args: unknown[]) =>
  vscode.commands.executeCommand(commandId(name), ...args);

describe("the commands", () => {
  let tree = "";
  before(async () => {
    await whenReady();
    tree = treeState();
  });

  it("put milestones on record, and leave work tree, index and branch alone", async () => {
    const ref = await openIncident();
    await run("markMitigated", ref);
    await run("markUpdated", ref);
    const { release } = await readAgain();
    const { marks } = release.incidents.find(({ id }) => id === ref.id)!.round;
    for (const name of ["mitigated", "updated"] satisfies Milestone[]) {
      assert.ok(marks[name], name);
      assert.ok(Date.now() - marks[name].at < 60_000);
      assert.match(marks[name].by, /<.+>$/);
    }
    assert.equal(treeState(), tree);
  });

  it("enter what is marked under the name that git has by then", async () => {
    const name = (...value: string[]) =>
      execFileSync("git", ["config", "user.name", ...value], { cwd: folder(), encoding: "utf8" }).trim();
    const before = name();
    const ref = await openIncident();
    name("Bo Berg");
    try {
      await run("markUpdated", ref);
    } finally {
      name(before);
    }
    const { release } = await readAgain();
    const { updates } = release.incidents.find(({ id }) => id === ref.id)!.round;
    assert.match(updates.at(-1)!.by, /^Bo Berg </);
  });

  it("refuse what cannot be, in a sentence and not by throwing", async () => {
    const ref = await openIncident();
    const { ledger } = await readAgain();
    await run("markMitigated", ref);
    assert.equal((await readAgain()).ledger.head, ledger.head);
  });

  it("take anything for an argument without throwing, and write nothing for it", async () => {
    const stop = refuseInputs();
    const odd = [
      { root: "/nowhere", id: "nothing" },
      { root: folder(), id: "gone" },
      null,
      "text",
      42,
      [],
      {},
    ];
    const names = COMMAND_NAMES.filter((name) => !ELSEWHERE.includes(name));
    try {
      const { ledger } = await readAgain();
      for (const name of names) for (const argument of odd.slice(0, 2)) await run(name, argument);
      for (const argument of odd) {
        await run("openPolicy", argument);
        await run("addNote", argument);
        await run("showActions", argument);
      }
      assert.equal((await readAgain()).ledger.head, ledger.head);
      assert.equal(treeState(), tree);
    } finally {
      stop();
    }
  }).timeout(300_000);

  it("copy an incident's id", async () => {
    const ref = await openIncident();
    await run("copyIncidentId", ref);
    assert.equal(await vscode.env.clipboard.readText(), ref.id);
  });

  it("keep a policy that is there, and open it", async () => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, ".dropclock/policy.yaml");
    const text = String(await vscode.workspace.fs.readFile(uri));
    await run("openPolicy", { root: folder(), line: 3, column: 2 });
    const editor = vscode.window.activeTextEditor!;
    assert.equal(editor.document.uri.toString(), uri.toString());
    assert.deepEqual([editor.selection.active.line, editor.selection.active.character], [2, 1]);
    assert.equal(String(await vscode.workspace.fs.readFile(uri)), text);
  });
});

/** They open pages of VS Code's own, write documents, or put an exercise on record; tested by themselves. */
const ELSEWHERE: readonly CommandName[] = [
  "gettingStarted",
  "openGuide",
  "showLog",
  "createPolicy",
  "openRunbook",
  "draftUpdate",
  "rehearseUndo",
  "drillUndo",
];
