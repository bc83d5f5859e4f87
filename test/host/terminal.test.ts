import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
    } finally {
      terminal.dispose();
    }
  }).timeout(90_000);
});
