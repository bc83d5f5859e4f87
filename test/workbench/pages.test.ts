import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import type { Browser } from "playwright-core";
import type { PageContent } from "../../src/documents/pageMessages.ts";
import { launchBrowser } from "../support/browser.ts";
import { type Theme, themes } from "../support/driver/themes.ts";
import { PageHarness } from "../support/pages/pageHarness.ts";
import {
  INCIDENTS,
  incidentPage,
  NOW,
  requestPage,
  type SampleIncident,
  scorecardPage,
} from "../support/pages/pageSamples.ts";
import { inOut } from "../support/projectRoot.ts";

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
});
