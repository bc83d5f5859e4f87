import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { declareIncident } from "../../src/app/incident/incidents.ts";
import { Project } from "../../src/app/project/project.ts";
import { commandId } from "../../src/editor/model/ids.ts";
import { eventually } from "../support/eventually.ts";
import { folder, readAgain, whenReady } from "./project.ts";

const REF = "refs/dropclock/ledger";
const git = (dir: string, ...args: string[]) =>
  execFileSync("git", args, { cwd: dir, encoding: "utf8" }).trim();

describe("the shared ledger", () => {
  let clone = "";
  let remote = "";
  let foreign = "";
  before(async () => {
    await whenReady();
    remote = git(folder(), "remote", "get-url", "origin");
    clone = mkdtempSync(join(tmpdir(), "dropclock-clone-"));
    git(clone, "clone", "-q", remote, ".");
    git(clone, "config", "user.name", "Bo");
    git(clone, "config", "user.email", "bo@example.com");
  });
  after(() => rmSync(clone, { recursive: true, force: true }));

  it("shows within seconds what was entered on another machine, by itself and when asked", async function () {
    this.timeout(60_000);
    const project = await Project.open(clone, { now: Date.now });
    const { id } = await declareIncident(project, { title: "Seen from elsewhere", kind: "test" });
    foreign = id;
    // The policy's ledger.sync is 15 s, and an incident is open.
    await eventually(async () => {
      const { release } = await readAgain();
      assert.ok(release.incidents.some((incident) => incident.id === id));
    }, 25_000);
    await declareIncident(project, { title: "Seen when asked", kind: "test" });
    await vscode.commands.executeCommand(commandId("syncLedger"), { root: folder() });
    const { release, standing } = await readAgain();
    assert.ok(release.incidents.some(({ title }) => title === "Seen when asked"));
    assert.equal(standing.state, "in-step");
  });

  it("is shared at once after an event, in the background", async () => {
    const before = git(folder(), "rev-parse", REF);
    await vscode.commands.executeCommand(commandId("markAcknowledged"), { root: folder(), id: foreign });
    const head = git(folder(), "rev-parse", REF);
    assert.notEqual(head, before);
    await eventually(() => assert.equal(git(remote, "rev-parse", REF), head));
  });
});
