import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { runProcess } from "../support/processes/runProcess.ts";
import { sampleEnvironment, sampleGit } from "../support/sample/sampleGit.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";

/** What a forge says when a branch is pushed. */
const LINK = "https://forge.example/shop/compare/undo";
const HOOK = `#!/bin/sh\necho "Create a pull request: ${LINK}"\n`;

const LONG = 90_000;

describe("an undo on its way to the people who were hit", function () {
  this.timeout(300_000);
  let dir: string;
  let remote: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;
  let presses = 0;

  before(async () => {
    const { path } = freshFolder("stages");
    dir = join(path, "shop");
    remote = join(path, "shop.git");
    await makeSmallRepository(dir);
    await sampleGit(dir, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    await mkdir(join(remote, "hooks"), { recursive: true });
    await writeFile(join(remote, "hooks/post-receive"), HOOK, { mode: 0o755 });
    await sampleGit(dir, ["remote", "add", "origin", remote]);
    await writeFile(join(dir, "cart.txt"), "nothing in it\n");
    await sampleGit(dir, ["add", "--all"]);
    await sampleGit(dir, ["commit", "--quiet", "--message=feat: carts"]);
    const then = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const env = { ...sampleEnvironment(), GIT_COMMITTER_DATE: then };
    await runProcess("git", ["tag", "--annotate", "--message=drop-2", "drop-2"], { cwd: dir, env });
    await sampleGit(dir, ["push", "--quiet", "origin", "main", "drop-1", "drop-2"]);
    await sampleGit(dir, ["remote", "set-head", "origin", "main"]);
    started = await startRelease({ path: dir });
    ({ workbench, view } = started);
    await describes("Undo", /^ready: 1 commit, 1 file$/);
  });

  after(() => started?.stop());

  it("gets from the breach to the page that creates the pull request in three presses", async () => {
    await declareMinutesAgo(dir, "Nobody can pay", 125);
    await workbench.notifications.waitFor(/“Nobody can pay” is breached/, LONG);
    await press(() => workbench.notifications.press(/is breached/, "Undo drop-2…"));
    await eventually(async () => assert.match(await workbench.quickInput.title(), /^Undo drop-2/), LONG);
    // What is pressed sooner is taken for a slip.
    await workbench.page.waitForTimeout(700);
    await press(() => workbench.page.keyboard.press("Enter"));
    const { buttons } = await workbench.notifications.waitFor(/Undo of drop-2: done/, LONG);
    assert.deepEqual(buttons, ["Create Pull Request", "Mark Mitigated"]);
    await workbench.screenshot("stages-1-pushed");
    await press(() => workbench.notifications.press(/Undo of drop-2/, "Create Pull Request"));
    assert.match(await workbench.notifications.dialog(), /forge\.example/);
    await workbench.notifications.pressInDialog("Cancel");
    assert.ok(presses <= 4, `${presses} presses`);
  });

  it("is amber with its branch pushed, and has the next step as a button, also in the incident", async () => {
    await describes("Undo", /^branch pushed · no pull request seen · undone \d\d:\d\d by Ana Silva$/);
    assert.deepEqual(await view.buttons("Undo"), ["Create Pull Request"]);
    assert.deepEqual(await view.buttons(/ · Nobody can pay$/), ["Create Pull Request"]);
    const menu = await view.menu("drop-2");
    assert.ok(!menu.includes("Undo Drop…") && menu.includes("Reapply Drop…"), menu.join());
  });

  it("sees by itself that it was merged, and is not over before people are no longer hit", async () => {
    const other = join(dir, "../bo");
    await sampleGit(join(dir, ".."), ["clone", "--quiet", remote, other]);
    for (const [key, value] of [
      ["user.name", "Bo"],
      ["user.email", "bo@example.com"],
    ] as const)
      await sampleGit(other, ["config", key, value]);
    await sampleGit(other, ["merge", "--quiet", "--no-edit", "origin/dropclock/undo-drop-2"]);
    await sampleGit(other, ["push", "--quiet", "origin", "main"]);
    await describes("Undo", /^merged · not mitigated · undone /);
    const amber = (await view.row("Undo")).iconColor;
    assert.deepEqual(await view.buttons("Undo"), ["Mark Mitigated"]);
    await workbench.screenshot("stages-2-merged");
    await view.press("Undo", "Mark Mitigated");
    await describes("Undo", /^mitigated · undone /);
    await eventually(async () => assert.notEqual((await view.row("Undo")).iconColor, amber));
    await workbench.screenshot("stages-3-mitigated");
  });

  async function press(work: () => Promise<unknown>): Promise<void> {
    presses++;
    await work();
  }

  /** Waits until a row's description reads so. */
  async function describes(label: string, wanted: RegExp): Promise<void> {
    await eventually(async () => assert.match((await view.row(label)).description, wanted), LONG);
  }
});
