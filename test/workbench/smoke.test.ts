import assert from "node:assert/strict";
import { join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startWorkbench } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";

describe("the packaged extension on the sample repository", () => {
  let dir: string;
  let codeAtFirst: string;
  let started: StartedWorkbench;
  let workbench: Workbench;

  before(async () => {
    dir = join(freshFolder("smoke").path, "checkout");
    await makeSampleRepository(dir, new Date());
    codeAtFirst = await stateOfCode(dir);
    started = await startWorkbench({ path: dir, container: "Dropclock" });
    workbench = started.workbench;
  });

  after(() => started?.stop());

  it("shows the current drop and the open incident with its clocks", async () => {
    await workbench.activityBar.open("Dropclock");
    await workbench.widenSideBar(460);
    const view = workbench.view("Release");
    await view.row("drop-5");
    assert.equal((await view.row(/^1h 5\dm · critical · Checkout 500 for carts/)).level, 1);
    const clock = await view.row("Mitigate");
    assert.match(clock.description, /^1h 5\dm left/);
    assert.equal(clock.level, 2);
  });

  it("counts down in the status bar", async () => {
    const item = await workbench.statusBar.waitFor(CLOCK, ({ text }) => /1h 5\dm/.test(text));
    assert.equal(item.kind, "plain");
    // While git's own items still come, ours moves away from under the pointer.
    await eventually(async () => assert.match(await workbench.statusBar.tooltip(CLOCK), /mitigate/i));
  });

  for (const theme of ["dark", "highContrast", "highContrastLight", "light"] as const) {
    it(`can be looked at in the theme ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.screenshot(`sample-${theme}`);
    });
  }

  it("has left the code as it was", async () => {
    assert.equal(await stateOfCode(dir), codeAtFirst);
  });

  // The README shows these pictures of out/screenshots with fewer colours: readme.png as media/screenshot.png, and below
  // media under their own names undo-plan.png and scorecard.png. Its public-page.png comes from publicPages.test.ts.
  it("writes the post-mortem beside its clocks", async () => {
    await workbench.setTheme("dark");
    await workbench.editors.closeAll();
    await workbench.activityBar.open("Dropclock");
    await workbench.view("Release").expand("Timeline and documents");
    await workbench.view("Release").expand("Timeline");
    await workbench.runCommand("Dropclock: Open or Create Post-mortem");
    await workbench.quickInput.pick("Checkout 500 for carts without a discount");
    await workbench.editors.waitForTab(/checkout-500/);
    await eventually(async () =>
      assert.match(
        (await workbench.view("Release").row("Post-mortem file")).description,
        /^docs\/postmortems\//,
      ),
    );
    await workbench.notifications.dismissAll();
    await workbench.screenshot("readme");
  });

  it("shows the plan of the undo, and the scorecard", async () => {
    await workbench.editors.closeAll();
    await workbench.runCommand("Dropclock: Undo Drop…");
    await eventually(async () => assert.match(await workbench.quickInput.title(), /^Undo drop-5/));
    await workbench.page.mouse.move(640, 600);
    await workbench.screenshot("undo-plan");
    await workbench.quickInput.cancel();
    await workbench.editors.closeAll();
    await workbench.runCommand("Dropclock: Show Scorecard");
    await eventually(() => webviewText(workbench.page, /Change failure rate/));
    await workbench.notifications.dismissAll();
    await workbench.screenshot("scorecard");
  });
});

/** Branches, tags, index and work tree: all but the ledger of events. */
async function stateOfCode(dir: string): Promise<string> {
  const refs = await sampleGit(dir, ["for-each-ref", "refs/heads", "refs/tags", "refs/remotes"]);
  return `${refs}\n${await sampleGit(dir, ["status", "--porcelain", "--branch"])}`;
}
