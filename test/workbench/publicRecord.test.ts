import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";

describe("the changelog and the public record, by clicking and typing", () => {
  let dir: string;
  let started: StartedWorkbench;
  let workbench: Workbench;

  before(async () => {
    dir = join(freshFolder("public-record").path, "checkout");
    await makeSampleRepository(dir, new Date());
    // As if nobody had written of the last two drops yet.
    const changelog = join(dir, "CHANGELOG.md");
    const byHand = readFileSync(changelog, "utf8");
    writeFileSync(changelog, `# Changelog\n\n${byHand.slice(byHand.indexOf("## drop-3"))}`);
    started = await startRelease({ path: dir });
    ({ workbench } = started);
    await workbench.view("Release").row("drop-5");
  });

  after(() => started?.stop());

  const changelog = () => readFileSync(join(dir, "CHANGELOG.md"), "utf8");
  const published = join("public", "incidents");

  it("shows what the changelog becomes before it is written", async () => {
    const before = changelog();
    await workbench.runCommand("Dropclock: Update Changelog…");
    await workbench.editors.waitForTab(/CHANGELOG\.md \(what it becomes\)/);
    const { buttons } = await workbench.notifications.waitFor(/Changelog: 2 drops added/);
    assert.deepEqual(buttons, ["Write Changelog"]);
    await workbench.screenshot("changelog-difference");
    assert.equal(changelog(), before);
    await workbench.page
      .getByRole("button", { name: /^Write Changelog/ })
      .first()
      .click();
    const written =
      /## \[drop-5\] - [\d-]+\n\n### Added\n\n- \*\*discounts:\*\* a table for discount codes\n/;
    await eventually(async () => assert.match(changelog(), written));
    assert.ok(changelog().endsWith(before.slice(before.indexOf("## drop-3"))));
    // The difference is closed, and the file on view.
    await eventually(async () => {
      const tabs = await workbench.editors.tabs();
      assert.ok(tabs.length === 1 && !/becomes/.test(tabs[0]!), tabs.join(", "));
    });
    // It takes the focus when it is there; a list that opens before that would be closed by it.
    await workbench.page.locator(".part.editor .monaco-editor.focused").first().waitFor();
    await workbench.screenshot("changelog-written");
  });

  it("takes words for the public, and none that would leak", async () => {
    await workbench.runCommand("Dropclock: Write Public Summary…");
    await workbench.quickInput.pick("Slow checkout");
    const { quickInput } = workbench;
    await quickInput.type("Ana broke the checkout");
    await eventually(async () => assert.match(await quickInput.message(), /holds a name \(“Ana”\)/));
    await workbench.screenshot("public-summary-refused");
    await quickInput.fill("The checkout was slow", { title: /1\/3/ });
    await quickInput.fill("Every second checkout took more than six seconds.", { title: /2\/3/ });
    await quickInput.fill("Payments are asked for with a pause now.", { title: /3\/3/ });
    await eventually(async () => assert.equal(await quickInput.isOpen(), false));
  });

  for (const theme of ["dark", "light"] as const) {
    it(`shows what becomes public and what does not, side by side, in the theme ${theme}`, async () => {
      await workbench.setTheme(theme);
      await workbench.editors.closeAll();
      await workbench.runCommand("Dropclock: Preview Public Record");
      const text = await eventually(() => webviewText(workbench.page, /What becomes public/));
      assert.match(text, /BECOMES PUBLIC[\s\S]*The checkout was slow[\s\S]*STAYS HERE[\s\S]*drop-3/i);
      assert.match(text, /Stay inside as a whole[\s\S]*Checkout 500 for carts without a discount/);
      await workbench.screenshot(`public-preview-${theme}`);
    });
  }

  it("writes the files when a person says so, and nothing else", async () => {
    assert.equal(existsSync(join(dir, published)), false);
    await workbench.runCommand("Dropclock: Write Public Record…");
    assert.match(await workbench.notifications.dialog(), /Write the public record to public\/incidents\?/);
    await workbench.screenshot("public-confirm");
    await workbench.notifications.pressInDialog("Write Files");
    await workbench.notifications.waitFor(/4 files written in public\/incidents/);
    const files = readdirSync(join(dir, published)).sort();
    assert.equal(files.length, 4);
    const page = readFileSync(join(dir, published, files[0]!), "utf8");
    assert.match(page, /<h1>The checkout was slow<\/h1>/);
    assert.doesNotMatch(page, /Slow checkout|drop-3|Ana\b|ana@/);
  });
});
