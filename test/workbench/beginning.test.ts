import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeEmptyRepository } from "../support/sample/smallRepository.ts";

async function makeCode(name: string, ...tags: string[]): Promise<string> {
  const dir = join(freshFolder(name).path, "shop");
  await makeEmptyRepository(dir);
  await writeFile(join(dir, "shop.js"), "exports.open = true;\n");
  await sampleGit(dir, ["add", "--all"]);
  await sampleGit(dir, ["commit", "--quiet", "--message=feat: a shop"]);
  for (const tag of tags) await sampleGit(dir, ["tag", tag]);
  return dir;
}

describe("a repository without a drop", function () {
  this.timeout(240_000);
  let dir: string;
  let started: StartedRelease;

  before(async () => {
    dir = await makeCode("beginning");
    started = await startRelease({ path: dir, width: 300 });
  });
  after(() => started?.stop());

  it("ships its first drop from the welcome, and counts down a first incident", async () => {
    const { workbench, view } = started;
    assert.match(await view.welcome(), /Ship First Drop/);
    await workbench.screenshot("beginning-1-welcome");
    await view.pressWelcome("Ship First Drop");
    await eventually(async () => assert.equal(await workbench.quickInput.title(), "Ship Drop"), 60_000);
    await workbench.page.keyboard.press("Enter");
    assert.match(await workbench.notifications.dialog(), /as drop-1\?/);
    await workbench.notifications.pressInDialog("Tag Only");
    await view.row("drop-1");
    await view.click("No open incident");
    await workbench.quickInput.fill("Carts are empty", { title: /Declare Incident on drop-1/ });
    await workbench.quickInput.pick("critical");
    await view.row(/^1h 59m · critical · Carts are empty$|^2h · critical · Carts are empty$/);
    await workbench.statusBar.waitFor(CLOCK, ({ text }) => /mitigate/.test(text));
    await workbench.screenshot("beginning-2-clock");
  });
});

describe("a repository with tags of its own", function () {
  this.timeout(240_000);
  let dir: string;
  let started: StartedRelease;

  before(async () => {
    dir = await makeCode("tags", "v1.0.0", "v1.1.0-rc.1");
    started = await startRelease({ path: dir, width: 300 });
  });
  after(() => started?.stop());

  it("is offered their pattern, in a policy of ten lines", async () => {
    const { workbench, view } = started;
    await view.pressWelcome("Use These Tags");
    await eventually(async () => assert.equal(await workbench.quickInput.title(), "Create Policy"));
    assert.deepEqual(
      (await workbench.quickInput.options()).map(({ label }) => label),
      ["Weekly Micro-Drop", "Office Hours", "Strict", "Every Key, Commented"],
    );
    await workbench.screenshot("beginning-3-presets");
    await workbench.quickInput.pick("Weekly Micro-Drop");
    await workbench.editors.waitForTab("policy.yaml");
    const text = readFileSync(join(dir, ".dropclock/policy.yaml"), "utf8");
    assert.match(text, /^drops: \{ tags: \["v\*", "!v\*-\*"\] \}$/m);
    await view.row("v1.0.0");
    await workbench.screenshot("beginning-4-policy");
  });
});
