import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startWorkbench } from "../support/editor/startWorkbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";

describe("a tag that the remote refuses", function () {
  this.timeout(200_000);
  let started: StartedWorkbench;
  after(() => started?.stop());
  it("is pushed and put on record by trying again", async () => {
    const folder = freshFolder("refused").path;
    const remote = join(folder, "shop.git");
    const dir = join(folder, "di");
    await sampleGit(folder, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    await sampleGit(folder, ["clone", "--quiet", remote, dir]);
    await sampleGit(dir, ["config", "user.name", "Di"]);
    await sampleGit(dir, ["config", "user.email", "di@example.com"]);
    mkdirSync(join(dir, ".dropclock"));
    writeFileSync(
      join(dir, ".dropclock/policy.yaml"),
      "version: 1\nstages: [{ name: testbed, soak: 30m }, { name: broad }]\n",
    );
    await sampleGit(dir, ["add", "--all"]);
    await sampleGit(dir, ["commit", "--quiet", "-m", "feat: a shop"]);
    await sampleGit(dir, ["push", "--quiet", "origin", "main"]);
    const hook = join(remote, "hooks/update");
    writeFileSync(hook, '#!/bin/sh\ncase "$1" in refs/tags/*) echo "tags are closed" >&2; exit 1;; esac\n');
    chmodSync(hook, 0o755);
    started = await startWorkbench({
      path: dir,
      container: "Dropclock",
      settings: { "workbench.colorTheme": "Dark 2026" },
    });
    const { workbench } = started;
    await workbench.activityBar.open("Dropclock");
    await workbench.widenSideBar(460);
    const view = workbench.view("Release");
    // A clone of an empty remote does not know its default branch.
    assert.equal((await view.row("The release branch is not known")).description, "ask origin");
    await workbench.screenshot("dark-0-unknown");
    await view.click("The release branch is not known");
    await eventually(
      async () => assert.match((await view.row("Next drop")).description, /may ship$/),
      60_000,
    );
    await view.expand("Next drop");
    await workbench.screenshot("dark-1-next");
    await view.press("Next drop", "Ship Drop…");
    await eventually(async () => assert.equal(await workbench.quickInput.title(), "Ship Drop"), 60_000);
    await workbench.quickInput.fill("drop-1");
    await workbench.notifications.dialog();
    await workbench.screenshot("dark-2-dialog");
    await workbench.notifications.pressInDialog("Tag and Push to origin");
    const { message, buttons } = await workbench.notifications.waitFor(/does not have it/, 60_000);
    assert.match(message, /tags are closed/);
    assert.doesNotMatch(message, /try again with/);
    assert.deepEqual(buttons, ["Try Again"]);
    await workbench.screenshot("dark-3-refused");
    rmSync(hook);
    await workbench.notifications.press(/does not have it/, "Try Again");
    await workbench.notifications.dialog();
    await workbench.notifications.pressInDialog("Push to origin");
    await workbench.notifications.waitFor(
      /drop-1 is tagged already and is at origin\. Its watch window is open/,
      60_000,
    );
    assert.match(await sampleGit(remote, ["tag", "--list"]), /drop-1/);
    await view.expand("drop-1");
    await eventually(
      async () => assert.match((await view.row("Stage")).description, /not yet to broad$/),
      60_000,
    );
    await view.expand("Stage");
    await workbench.runCommand("Dropclock: Show Scorecard");
    await eventually(() => webviewText(workbench.page, /Change failure rate/), 60_000);
    await workbench.screenshot("dark-4-scorecard");
  });
});
