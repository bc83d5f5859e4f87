import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project, type Reading } from "../../src/app/project/project.ts";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";

const BRANCH = "dropclock/undo-drop-5";

/** The deployment fails until this file is there; it is not under git's eyes. */
const DEPLOYS = ".git/deploys";

const ROLLBACK = `signals:
  - name: checkout errors
    prometheus: { url: "http://localhost:9", query: "up" }
    breach: "> 1"
rollback:
  steps:
    - revert: { push: true }
    - run: "echo Deploying {{ previous.tag }}; test -e ${DEPLOYS}"
    - verify: [checkout errors]
  checks: ["echo Checked"]
`;

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 60_000;

describe("undo with a button", function () {
  this.timeout(360_000);
  let dir: string;
  let remote: string;
  let untouched: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    dir = join(freshFolder("undo").path, "checkout");
    ({ remote } = await makeSampleRepository(dir, new Date()));
    const policy = join(dir, ".dropclock/policy.yaml");
    writeFileSync(policy, readFileSync(policy, "utf8").replace(/^rollback:\n(?: .*\n)*/m, ROLLBACK));
    await sampleGit(dir, ["commit", "--quiet", "-am", "docs: how Checkout is taken back"]);
    await sampleGit(dir, ["push", "--quiet"]);
    untouched = await state();
    started = await startRelease({ path: dir });
    ({ workbench, view } = started);
  });

  after(() => started?.stop());

  it("says that it is ready before anybody presses", async () => {
    await describes("Undo", /^ready: 4 commits, 3 files$/);
    await eventually(async () => assert.deepEqual(await view.buttons("drop-5"), ["Undo Drop…"]));
    await eventually(async () => assert.deepEqual(await view.buttons(/ · Checkout 500/), ["Undo Drop…"]));
    await view.expand("Undo");
    await view.row("Changes");
    assert.match((await view.row("Rehearsal")).description, /^never rehearsed$/);
    await workbench.screenshot("undo-1-ready");
  });

  it("shows the plan, and the changes beside it, before anything happens", async () => {
    await view.press("Undo", "Undo Drop…");
    const labels = await planned("Undo drop-5: 4 commits, 3 files");
    assert.deepEqual(labels.slice(0, 6), [
      "Undo drop-5 Now",
      "Read the Changes First",
      "Rehearse First",
      `1. Revert drop-5 on ${BRANCH}, push it to origin, open a pull request`,
      `2. Run echo Deploying drop-4; test -e ${DEPLOYS}`,
      "3. Wait until calm: checkout errors",
    ]);
    assert.ok(labels.includes("feat(discounts): take the discount off an order"));
    assert.ok(
      (await workbench.editors.tabs()).some((tab) => tab.startsWith("Undo drop-5: branch and result")),
    );
    await workbench.screenshot("undo-2-plan");
    await workbench.quickInput.cancel();
    assert.equal((await record()).attempt, null);
    assert.equal(await hasBranch(), false);
    await workbench.editors.closeAll();
  });

  it("is rehearsed in a throw-away worktree, with the checks' output on view", async () => {
    await view.press("Undo", "Undo Drop…");
    await planned(/^Undo drop-5/);
    await workbench.quickInput.pick("Rehearse First");
    await workbench.notifications.waitFor(
      /Rehearsal of drop-5 passed in .*, 1 check included\. Nothing was pushed/,
      LONG,
    );
    await describes("Rehearsal", /^passed /);
    await workbench.screenshot("undo-3-rehearsed");
    await workbench.notifications.dismissAll();
    assert.equal(await hasBranch(), false);
  });

  it("stops at a step that fails, and says what is done and what is not", async () => {
    await view.press(/ · Checkout 500/, "Undo Drop…");
    await planned(/^Undo drop-5/);
    await workbench.quickInput.pick("Undo drop-5 Now");
    await workbench.notifications.waitFor(/Undo drop-5/, LONG);
    await workbench.screenshot("undo-4-progress");
    const { message, buttons, severity } = await workbench.notifications.waitFor(
      /stopped at step 2 of 3/,
      LONG,
    );
    assert.equal(severity, "error");
    assert.match(
      message,
      /exit status 1\. Done: Revert drop-5 .*\. Not done: Wait until calm: checkout errors\./,
    );
    assert.deepEqual(buttons.slice(-2).sort(), ["Continue", "Show Output"]);
    await describes("Undo", /^stopped at run: /);
    assert.equal(await hasBranch(), true);
    await workbench.screenshot("undo-5-failed");
  });

  it("is there after a reload, with the step at which it stopped", async () => {
    await workbench.editors.closeAll();
    await workbench.reload();
    await workbench.activityBar.open("Dropclock");
    await describes("Undo", /^stopped at run: /, 3 * LONG);
    await eventually(async () => assert.deepEqual(await view.buttons("Undo"), ["Continue Undo"]));
    assert.match((await view.row(/^run: /)).description, /^failed: exit status 1/);
    await workbench.screenshot("undo-6-reloaded");
  });

  it("goes on with what is not done, up to what only a person can say", async () => {
    writeFileSync(join(dir, DEPLOYS), "");
    await view.press("Undo", "Continue Undo");
    const labels = await planned(/^Undo drop-5/);
    assert.equal(labels[0], "Continue: 2 Steps Left");
    await workbench.screenshot("undo-7-go-on");
    await workbench.quickInput.pick("Continue: 2 Steps Left");
    await planned("Is it calm? checkout errors", 3 * LONG);
    await workbench.screenshot("undo-8-calm");
    assert.equal((await record()).undone, null);
    await workbench.quickInput.pick("It Is Calm");
  });

  it("is undone, and the incident mitigated, once a person has said that it is calm", async () => {
    await workbench.notifications.waitFor(/Undo of drop-5: all 3 steps done/, LONG);
    await describes("Undo", /^mitigated · not merged · undone \d\d:\d\d by Ana Silva/);
    await view.expand("Timeline and documents");
    await describes("Mitigate", /^met in/);
    await eventually(async () => assert.deepEqual(await view.buttons("Undo"), ["Open Branch"]));
    assert.equal(await workbench.page.locator(".part.sidebar .codicon-modifier-spin").count(), 0);
    await workbench.screenshot("undo-9-undone");
    const { release } = await read();
    assert.equal(
      release.incidents.find(({ drop }) => drop === "drop-5")?.round.marks.mitigated?.by,
      "Ana Silva <ana@example.com>",
    );
    const files = await sampleGit(remote, ["ls-tree", "-r", "--name-only", BRANCH]);
    assert.ok(!files.includes("migrations/002_discounts.sql"));
    assert.ok(files.includes("CHANGELOG.md"));
    await workbench.notifications.dismissAll();
  });

  it("offers the way back when it is pressed again", async () => {
    await workbench.runCommand("Dropclock: Undo Drop…");
    const { buttons } = await workbench.notifications.waitFor(/drop-5 is undone already, by Ana Silva/, LONG);
    assert.deepEqual(buttons, ["Reapply Drop…"]);
    await workbench.notifications.press(/is undone already/, "Reapply Drop…");
    await planned(/^Reapply drop-5/);
    await workbench.screenshot("undo-10-reapply");
    await workbench.quickInput.cancel();
    await workbench.notifications.dismissAll();
  });

  it("shows where an older drop collides with what came after it", async () => {
    await workbench.editors.closeAll();
    await view.expand("Records and policy");
    await view.expand("Recent drops");
    await describes("drop-3", /conflicts in \d files?$/);
    await view.chooseFromMenu("drop-3", "Undo Drop…");
    const labels = await planned(/^Undo drop-3/);
    assert.deepEqual(labels.slice(0, 2), [
      "drop-3 has conflicts in src/orders.js, src/retry.js",
      "Show Conflicts…",
    ]);
    await workbench.screenshot("undo-11-conflicts");
    await workbench.quickInput.cancel();
    await view.expand("drop-3");
    await view.click(/^(orders|retry)\.js$/);
    await eventually(async () => {
      assert.ok((await workbench.editors.tabs()).some((tab) => /why the undo of drop-3 collides/.test(tab)));
    });
    await workbench.page.locator(".part.editor .view-line", { hasText: "<<<<<<<" }).first().waitFor();
    await workbench.screenshot("undo-12-three-sides");
  });

  it("holds a drill, which stands in the sidebar against its target", async () => {
    await workbench.editors.closeAll();
    await view.chooseFromMenu("drop-4", "Hold Rollback Drill");
    await workbench.notifications.waitFor(/Drill of drop-4 passed in .* of 2h/, LONG);
    await workbench.notifications.dismissAll();
    // What lies below the fold is no row yet.
    await view.click("Recent drops");
    await eventually(async () => assert.equal((await view.row("Rollback drill")).expanded, false), LONG);
    await view.expand("Rollback drill");
    await describes(/^\d+ [A-Z][a-z]{2}$/, / of 2h · drop-4 · Ana Silva$/);
    await workbench.screenshot("undo-13-drill");
  });

  it("has left work tree, index, branch and stash alone", async () => {
    assert.equal(await state(), untouched);
  });

  const read = async (): Promise<Reading> => (await Project.open(dir, { now: Date.now })).read();
  const record = async () => {
    const found = (await read()).release.records.get("drop-5");
    return { attempt: found?.attempt ?? null, undone: found?.undone ?? null };
  };
  const hasBranch = async () => (await sampleGit(remote, ["branch", "--list", BRANCH])) !== "";

  /** Work tree, index, branch and stash as git sees them. */
  async function state(): Promise<string> {
    const calls = [
      ["status", "--porcelain=v2", "--branch"],
      ["ls-files", "--stage"],
      ["stash", "list"],
      ["rev-parse", "main"],
    ];
    return (await Promise.all(calls.map((args) => sampleGit(dir, args)))).join("\n");
  }

  /** Waits for the list with this title, and gives what stands in it. */
  async function planned(title: string | RegExp, patience = LONG): Promise<string[]> {
    await eventually(async () => {
      const found = await workbench.quickInput.title();
      if (typeof title === "string") assert.equal(found, title);
      else assert.match(found, title);
    }, patience);
    // What is pressed sooner is taken for a slip.
    await workbench.page.waitForTimeout(700);
    return (await workbench.quickInput.options()).map(({ label }) => label);
  }

  /** Waits until a row's description reads so. */
  async function describes(label: string | RegExp, wanted: RegExp, patience = LONG): Promise<void> {
    await eventually(async () => assert.match((await view.row(label)).description, wanted), patience);
  }
});
