import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { type Theme, themes } from "../support/editor/driver/themes.ts";
import { webviewFrame } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleCommand } from "../support/sample/sampleCommand.ts";
import { makeSampleRepository } from "../support/sample/sampleRepository.ts";
import { readXml } from "../support/strictXml.ts";

const OPEN = "Checkout 500 for carts without a discount";
/** In the sidebar, behind its time. */
const ROW = / · Checkout 500 for carts without a discount$/;
const LONG = 60_000;

describe("the pages of an incident and of the scorecard, as people open them", function () {
  this.timeout(300_000);
  let dir: string;
  let started: StartedWorkbench;
  let workbench: Workbench;

  before(async () => {
    dir = join(freshFolder("incident-page").path, "checkout");
    await makeSampleRepository(dir, new Date());
    started = await startRelease({ path: dir, width: 300, size: { width: 1600, height: 1000 } });
    ({ workbench } = started);
    await workbench.view("Release").row(ROW);
  });

  after(() => started?.stop());

  const page = (wanted: RegExp) => eventually(() => webviewFrame(workbench.page, wanted), LONG);
  const textOf = (frame: Frame) => frame.locator("#page").innerText();

  it("opens from the sidebar, and tells who leads, what is next, since when, and how much is left", async () => {
    await workbench.view("Release").chooseFromMenu(ROW, "Open Incident Page");
    const frame = await page(/Nobody leads it yet/);
    const text = await textOf(frame);
    assert.match(text, /critical[\s\S]*open[\s\S]*drop-5/);
    assert.match(text, /impact since \d\d:\d\d/);
    assert.match(text, /Mitigate\s*running\s*1:5\d:\d\d\s*left of 2h, due/);
    assert.match(await frame.locator("button.primary").innerText(), /^Undo drop-5…$/);
    assert.match(await frame.locator("h1").innerText(), new RegExp(OPEN));
  });

  it("is led by whom somebody says, from the page, and shows it at once", async () => {
    const frame = await page(/Nobody leads it yet/);
    await frame.getByRole("button", { name: "Lead This Incident…" }).click();
    await eventually(async () => assert.match(await workbench.quickInput.title(), /^Hand Over Incident/));
    await workbench.page.keyboard.press("Enter");
    await eventually(async () => assert.match(await textOf(frame), /Led by [\w ]+ since/), LONG);
    const described = async () => (await workbench.view("Release").row(ROW)).description;
    await eventually(async () => assert.match(await described(), /led by /), LONG);
  });

  it("follows what others enter, without a press", async () => {
    await sampleCommand(dir, ["incident", "note", await openId(), "Restarted the till"], null);
    const frame = await page(/Led by/);
    await eventually(async () => assert.match(await textOf(frame), /Restarted the till/), LONG);
  });

  for (const theme of Object.keys(themes) as Theme[])
    it(`is legible in ${theme}`, async () => {
      await workbench.setTheme(theme);
      await page(/Led by/);
      await workbench.screenshot(`incident-page-${theme}`);
    });

  it("stays open, in its place, when the window is opened again", async () => {
    await workbench.reload();
    await workbench.page.getByRole("tab", { name: new RegExp(OPEN) }).click();
    const frame = await page(/Led by/);
    assert.match(await textOf(frame), /Restarted the till/);
  });

  it("copies a link that names nothing of what happened", async () => {
    await workbench.view("Release").chooseFromMenu(ROW, "Copy Link to Incident");
    const link = await eventually(async () => {
      const text = await workbench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(text, /^[\w-]+:\/\/dropclock\.dropclock\/incident\/[0-9A-HJKMNP-TV-Z]{26}$/);
      return text;
    });
    assert.doesNotMatch(link, /checkout/i);
  });

  it("shows the scorecard, whose cells lead to their incidents, and writes it as a picture", async () => {
    await workbench.editors.closeAll();
    await workbench.runCommand("Dropclock: Show Scorecard");
    const frame = await page(/Scorecard of/);
    assert.match(await textOf(frame), /Missed most: Mitigate/);
    await workbench.screenshot("scorecard-page");
    await frame.getByRole("button", { name: "Export SVG…" }).click();
    await eventually(async () => assert.match(await workbench.quickInput.value(), /scorecard\.svg$/), LONG);
    await workbench.page.keyboard.press("Enter");
    const file = join(dir, "scorecard.svg");
    const picture = await eventually(async () => readXml(readFileSync(file, "utf8")), LONG);
    assert.match(picture.one("title"), /^Scorecard of/);
    await frame.getByRole("button", { name: /^Mitigate on drop-3: missed/ }).click();
    const incident = await page(/slow-checkout/);
    assert.match(await textOf(incident), /closed/);
  });

  async function openId(): Promise<string> {
    const listed = await sampleCommand(dir, ["incident", "list"], null);
    return /\S*checkout-500\S*/.exec(listed)![0];
  }
});
