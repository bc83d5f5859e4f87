import assert from "node:assert/strict";
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { pressLink, webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { type LocalServer, startServer } from "../support/monitoring/startExporter.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";

const CALM = { status: "success", data: { resultType: "scalar", result: [0, "0"] } };
const signalsOf = (url: string) => `signals:
  - { name: errors, prometheus: { url: "${url}", query: errors }, breach: "> 0.02", every: 1s, then: open }
`;

describe("in Restricted Mode", () => {
  let dir: string;
  let calls: string;
  let prometheus: LocalServer;
  let filesAtFirst: string;
  let started: StartedWorkbench;
  let workbench: Workbench;

  before(async () => {
    const folder = freshFolder("restricted").path;
    dir = join(folder, "checkout");
    // Its watch window and an incident of it are open: reason enough to ask, if anybody might.
    await makeSampleRepository(dir, new Date());
    prometheus = await startServer((_, response) => void response.end(JSON.stringify(CALM)));
    appendFileSync(join(dir, ".dropclock/policy.yaml"), signalsOf(prometheus.url));
    await sampleGit(dir, ["commit", "--quiet", "-am", "docs: signals"]);
    await sampleGit(dir, ["push", "--quiet", "origin", "main"]);
    filesAtFirst = await state();
    calls = join(folder, "git-calls");
    // Every git that the extension host could start goes on record.
    writeFileSync(
      join(folder, "git"),
      `#!/bin/sh\necho "$@" >>"${calls}"\nPATH="\${PATH#*:}" exec git "$@"\n`,
    );
    chmodSync(join(folder, "git"), 0o755);
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
    started = await startRelease({ path: dir, trust: "ask", env });
    ({ workbench } = started);
  });

  after(async () => {
    await started?.stop();
    await prometheus?.stop();
  });

  it("shows the policy and the documents, and how to trust the folder", async () => {
    const view = workbench.view("Release");
    await view.row(/Trust this folder/);
    await view.expand("Records and policy");
    await view.expand("Policy");
    assert.match((await view.row("critical")).description, /mitigate 2h/);
    await view.expand("Documents");
    await view.row(/slow-checkout/);
    assert.equal((await view.row("Undo")).description, "not in Restricted Mode");
    assert.match(await view.tooltip("Undo"), /nothing is run, sent or written/);
    assert.equal(await workbench.statusBar.has(CLOCK), false);
    await workbench.screenshot("restricted-1");
  });

  it("offers no command that would write, start no process and write nothing", async () => {
    const offered = await workbench.quickInput.commandsFor("Dropclock: Mark");
    assert.deepEqual(
      offered.filter((title) => title.startsWith("Dropclock: Mark")),
      [],
    );
    for (const command of ["Undo Drop…", "Reapply Drop…", "Rehearse Undo", "Hold Rollback Drill"]) {
      const titles = await workbench.quickInput.commandsFor(`Dropclock: ${command}`);
      assert.ok(!titles.includes(`Dropclock: ${command}`), command);
    }
    await workbench.runCommand("Dropclock: Refresh");
    await workbench.view("Release").row(/Trust this folder/);
    assert.equal(existsSync(calls) ? readFileSync(calls, "utf8") : "", "");
    assert.equal(await state(), filesAtFirst);
  });

  it("opens the guide at the right heading, where links lead from page to page", async () => {
    await workbench.runCommand("Dropclock: Open Guide");
    await workbench.editors.waitForTab(/index\.md/);
    const text = await eventually(() => webviewText(workbench.page, /Dropclock guide/));
    assert.match(text, /Council and gate/);
    await workbench.screenshot("guide-1-index");
    await pressLink(workbench.page, "Undo");
    await eventually(() => webviewText(workbench.page, /Merged is not deployed/));
    await workbench.screenshot("guide-2-undo");
    await workbench.runCommand("Dropclock: Getting Started");
    const walkthrough = workbench.page.locator(".gettingStartedContainer");
    await walkthrough.getByText("Every key, explained").first().click();
    await workbench.editors.waitForTab(/policy\.md/);
    await eventually(() => webviewText(workbench.page, /Which policy is in force/));
    await workbench.screenshot("guide-3-policy");
    assert.equal(existsSync(calls) ? readFileSync(calls, "utf8") : "", "");
    await workbench.editors.closeAll();
  });

  it("asks no monitoring server, though a window and an incident are open", async () => {
    // As long as three readings would take.
    const from = Date.now();
    await eventually(() => assert.ok(Date.now() - from > 3000, "the time is not over"));
    assert.equal(prometheus.requests, 0);
  });

  it("comes alive when the folder is trusted", async () => {
    await workbench.trustFolder();
    await workbench.activityBar.open("Dropclock");
    await workbench.view("Release").row("drop-5");
    await eventually(async () => assert.match(readFileSync(calls, "utf8"), /rev-parse/));
    await eventually(() => assert.ok(prometheus.requests > 2, `${prometheus.requests} requests`));
    assert.match((await workbench.view("Release").row("errors")).description, /^0 > 0\.02 · calm since/);
    await workbench.screenshot("restricted-2-trusted");
  });

  async function state(): Promise<string> {
    const refs = await sampleGit(dir, ["for-each-ref"]);
    return `${refs}\n${await sampleGit(dir, ["status", "--porcelain", "--untracked-files=all"])}`;
  }
});
