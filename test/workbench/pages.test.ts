import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import type { Browser } from "playwright-core";
import type { PageContent } from "../../src/documents/pageMessages.ts";
import { type Theme, themes } from "../support/editor/driver/themes.ts";
import { inOut } from "../support/folders/projectRoot.ts";
import { launchBrowser } from "../support/install/browser.ts";
import { PageHarness } from "../support/pages/pageHarness.ts";
import {
  INCIDENTS,
  incidentOf,
  incidentPage,
  NOW,
  nowOf,
  requestPage,
  type SampleIncident,
  scorecardPage,
} from "../support/pages/pageSamples.ts";
import { at, event } from "../support/record/events.ts";

const PAGES: Record<string, PageContent> = {
  ...Object.fromEntries(
    Object.keys(INCIDENTS).map((name) => [`incident-${name}`, incidentPage(name as SampleIncident)]),
  ),
  ...Object.fromEntries([1, 4, 26].map((count) => [`scorecard-${count}`, scorecardPage(count)])),
  request: requestPage,
};

describe("the pages in a real browser", () => {
  let browser: Browser;

  before(async () => {
    await mkdir(inOut("screenshots"), { recursive: true });
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  const SIZES = {
    wide: { width: 1280, height: 900 },
    narrow: { width: 320, height: 800 },
    zoomed: { width: 1280, height: 900, zoom: 2 },
  };

  for (const [size, viewport] of Object.entries(SIZES))
    for (const theme of Object.keys(themes) as Theme[])
      it(`are accessible, and fit, ${size} in ${theme}`, async () => {
        for (const [name, content] of Object.entries(PAGES)) {
          const harness = await PageHarness.open(browser, { theme, ...viewport, bypassCSP: true });
          await harness.post(content, undefined, content.page === "incident" ? content.view.at : NOW);
          const path = inOut("screenshots", `page-${name}-${size}-${theme}.png`);
          await harness.page.screenshot({ path, fullPage: true });
          assert.deepEqual(await harness.violations(), [], name);
          assert.ok((await harness.overflow()) <= 0, `${name} is too wide by ${await harness.overflow()}`);
          assert.deepEqual(harness.complaints, [], name);
          await harness.close();
        }
      });

  it("are worked by keyboard alone, and ask for nothing but what they offer", async () => {
    const harness = await PageHarness.open(browser);
    await harness.post(incidentPage("breached"));
    await harness.page.keyboard.press("Tab");
    await harness.page.keyboard.press("Enter");
    await harness.page.keyboard.press("Tab");
    await harness.page.keyboard.press("Space");
    assert.deepEqual(await harness.asked(), [
      { kind: "ready" },
      { kind: "step", name: "undo" },
      { kind: "step", name: "mitigated" },
    ]);
    await harness.post(scorecardPage(4));
    const cell = harness.page.getByRole("button", { name: /^Mitigate on drop-4: missed/ });
    await cell.focus();
    await harness.page.keyboard.press("Enter");
    assert.deepEqual((await harness.asked()).at(-1), { kind: "incident", id: "i4" });
    await harness.post(requestPage);
    assert.equal(await harness.page.getByRole("button", { name: "Approve…" }).isDisabled(), true);
    await harness.page.getByRole("button", { name: "Reject…" }).press("Enter");
    assert.deepEqual((await harness.asked()).at(-1), { kind: "vote", vote: "reject" });
    await harness.close();
  });

  it("touch only what has changed, and leave the focus where it is", async () => {
    const harness = await PageHarness.open(browser);
    await harness.post(incidentPage("running"), undefined, nowOf("running"));
    const { page } = harness;
    await page.getByRole("button", { name: "Add Note…" }).focus();
    await page.evaluate(() => {
      const found: string[] = [];
      Object.assign(window, { found });
      new MutationObserver((all) => {
        for (const { addedNodes, removedNodes } of all)
          for (const node of [...addedNodes, ...removedNodes]) found.push(node.textContent ?? "");
      }).observe(document.body, { childList: true, subtree: true });
    });
    const note = event("note", at("10:23"), { data: { text: "The host is back" } });
    const view = incidentOf([...INCIDENTS.running, note], nowOf("running"));
    await harness.post({ page: "incident", view }, undefined, nowOf("running"));
    await page.getByRole("cell", { name: "The host is back" }).waitFor();
    const found = await page.evaluate(() => (window as unknown as { found: string[] }).found);
    assert.ok(found.length <= 4, found.join("\n"));
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Add Note…");
    await harness.close();
  });

  it("count seconds by themselves while somebody sees them, and cost nothing while hidden", async () => {
    const harness = await PageHarness.open(browser, { clock: true });
    await harness.post(incidentPage("running"), undefined, nowOf("running"));
    const time = harness.page.locator(".clock.running .time");
    assert.equal(await time.textContent(), "1:06:00");
    await harness.page.clock.runFor(2000);
    assert.equal(await time.textContent(), "1:05:58");
    const see = (state: string) =>
      harness.page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { configurable: true, value });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await see("hidden");
    await harness.page.clock.runFor(60_000);
    assert.equal(await time.textContent(), "1:05:58");
    await see("visible");
    assert.equal(await time.textContent(), "1:04:58");
    await harness.page.clock.runFor(70 * 60_000);
    assert.match((await harness.page.locator(".clock.breached .time").textContent())!, /^\+5:0\d$/);
    assert.equal(await harness.page.getByRole("status").textContent(), "Overdue: Mitigate.");
    await harness.close();
  });

  it("keep their place over a reload", async () => {
    const harness = await PageHarness.open(browser, { height: 400 });
    await harness.post(incidentPage("closed"));
    await harness.page.mouse.wheel(0, 500);
    await harness.page.waitForFunction(() => /"top":[1-9]/.test(sessionStorage.getItem("state") ?? ""));
    const top = await harness.page.evaluate(() => scrollY);
    await harness.page.reload();
    await harness.post(incidentPage("closed"));
    assert.equal(await harness.page.evaluate(() => scrollY), top);
    await harness.close();
  });

  it("make text of whatever people wrote, and obey a policy that runs nothing else", async () => {
    const hostile = '<img src=x onerror="document.title=1">';
    const harness = await PageHarness.open(browser);
    const note = event("note", at("09:50"), { data: { text: hostile }, by: `${hostile} <e@x>` });
    await harness.post({ page: "incident", view: incidentOf([...INCIDENTS.breached, note]) });
    assert.equal(await harness.page.locator("#page img").count(), 0);
    await harness.page.getByText(hostile).first().waitFor();
    await harness.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'run'";
      document.body.append(script);
    });
    assert.equal(await harness.page.title(), "Dropclock");
    assert.match(harness.complaints.join(), /Content Security Policy/);
    await harness.close();
  });
});
