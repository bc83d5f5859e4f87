import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { type StartedWorkbench, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import { packageExtension } from "../support/package/packageExtension.ts";
import { sampleCommand } from "../support/sample/sampleCommand.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";

describe("two repositories in one window", () => {
  let shop: string;
  let search: string;
  let id: string;
  let started: StartedWorkbench;
  let workbench: Workbench;

  before(async () => {
    const folder = freshFolder("roots").path;
    // The command line that the repositories are made with comes with it.
    await packageExtension();
    [shop, search] = [join(folder, "shop"), join(folder, "search")];
    for (const dir of [shop, search]) await makeSmallRepository(dir);
    await declareMinutesAgo(shop, "Carts are empty", 30);
    id = await declareMinutesAgo(search, "Search finds nothing", 150);
    const path = join(folder, "both.code-workspace");
    writeFileSync(path, JSON.stringify({ folders: [{ path: "shop" }, { path: "search" }] }));
    started = await startRelease({ path, width: 440 });
    ({ workbench } = started);
    // VS Code may open a workspace file without its folders where its server is slow; whoever sees that opens it again.
    const sees = () => workbench.view("Release").row("search");
    await sees().catch(() => workbench.reload());
  });

  after(() => started?.stop());

  it("have a row each, with their own incidents", async () => {
    const view = workbench.view("Release");
    const search = await view.row("search");
    assert.match(search.description, /^drop-1 · 1 open incident · 1 breached$/);
    assert.equal((await view.row("shop")).description, "drop-1 · 1 open incident");
    assert.deepEqual([search.level, (await view.row(/ · Carts are empty$/)).level], [1, 2]);
    await view.row(/ · Search finds nothing$/);
  });

  it("share one status bar item, which shows the most urgent clock of both", async () => {
    const item = await workbench.statusBar.waitFor(CLOCK, ({ kind }) => kind === "error");
    assert.match(item.text, /mitigate overdue \d+m$/);
    assert.match(item.ariaLabel, /“Search finds nothing”, breached/);
    const tooltip = await workbench.statusBar.tooltip(CLOCK);
    assert.match(tooltip, /Carts are empty/);
    assert.match(tooltip, /Search finds nothing/);
  });

  it("share one badge, which sums up what is open", async () => {
    assert.equal(await badge("2"), "2");
    await declareMinutesAgo(shop, "Nobody can pay", 140);
    assert.equal(await badge("3"), "3");
    assert.match(await workbench.activityBar.label("Dropclock"), /3 open incidents, 2 clocks breached/);
    const shopRow = () => workbench.view("Release").row("shop");
    await eventually(async () =>
      assert.equal((await shopRow()).description, "drop-1 · 2 open incidents · 1 breached"),
    );
    await workbench.notifications.waitFor(/“Nobody can pay” is breached/);
    await workbench.screenshot("roots-1-both");
  });

  it("are asked for where a command could mean either", async () => {
    await workbench.runCommand("Dropclock: Declare Incident…");
    await eventually(async () => assert.equal(await workbench.quickInput.title(), "Which repository?"));
    const names = (await workbench.quickInput.options()).map(({ label }) => label);
    assert.deepEqual(names.sort(), ["search", "shop"]);
    await workbench.screenshot("roots-2-which");
    await workbench.quickInput.cancel();
  });

  it("let go of the status bar one after the other", async () => {
    await sampleCommand(search, ["incident", "mark", id, "mitigated"]);
    await workbench.statusBar.waitFor(CLOCK, ({ ariaLabel }) => /“Nobody can pay”, breached/.test(ariaLabel));
    assert.equal(await badge("3"), "3");
    assert.match(await workbench.activityBar.label("Dropclock"), /1 clock breached/);
  });

  function badge(wanted: string): Promise<string> {
    return eventually(async () => {
      const shown = await workbench.activityBar.badge("Dropclock");
      assert.equal(shown, wanted);
      return shown;
    });
  }
});

describe("roots that are not as they should be", () => {
  let started: StartedWorkbench;

  before(async () => {
    // Nowhere near this project's own repository.
    const folder = temporaryFolder("odd-roots");
    const detached = join(folder, "detached");
    await makeSmallRepository(detached);
    await sampleGit(detached, ["checkout", "--quiet", "--detach", "HEAD"]);
    await sampleGit(detached, ["branch", "--quiet", "--move", "main", "topic"]);
    mkdirSync(join(folder, "notes"));
    const path = join(folder, "odd.code-workspace");
    writeFileSync(path, JSON.stringify({ folders: [{ path: "detached" }, { path: "notes" }] }));
    started = await startRelease({ path, width: 440 });
  });

  after(() => started?.stop());

  it("take no other branch for the release branch, and say how to name it", async () => {
    const view = started.workbench.view("Release");
    await view.row("The release branch is not known");
    assert.match(
      await view.tooltip("The release branch is not known"),
      /there are: topic\): git config dropclock\.branch NAME/,
    );
  });

  it("say that there is no git repository, not that it has no drop", async () => {
    const view = started.workbench.view("Release");
    assert.equal((await view.row("notes")).description, "no git repository");
    await started.workbench.screenshot("roots-3-odd");
  });
});
