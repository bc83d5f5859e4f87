import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { eventually } from "../support/eventually.ts";
import { whenReady } from "./project.ts";

describe("the integrated terminal", () => {
  const out = mkdtempSync(join(tmpdir(), "dropclock-terminal-"));
  before(whenReady);
  after(() => rmSync(out, { recursive: true, force: true }));

  it("has the command line on its PATH, on the editor's own Node", async () => {
    const terminal = vscode.window.createTerminal();
    try {
      terminal.sendText(`dropclock status --json > "${join(out, "status.json")}"`);
      const status = await eventually(
        () => JSON.parse(readFileSync(join(out, "status.json"), "utf8")) as { drop: { tag: string } },
        60_000,
      );
      assert.equal(status.drop.tag, "drop-5");
      // What a pre-push hook that is installed from here reads after an update.
      terminal.sendText(
        `printf %s "$DROPCLOCK_COMMAND" > "${join(out, "note.part")}" && mv "${join(out, "note.part")}" "${join(out, "note")}"`,
      );
      const note = await eventually(
        () => readFileSync(readFileSync(join(out, "note"), "utf8"), "utf8"),
        60_000,
      );
      const [program, script, ...rest] = note.split("\n");
      assert.deepEqual([program, rest], [process.execPath, [""]]);
      assert.match(script!, /[/\\]dist[/\\]cli\.js$/);
      assert.ok(existsSync(script!), script);
    } finally {
      terminal.dispose();
    }
  }).timeout(90_000);
});
