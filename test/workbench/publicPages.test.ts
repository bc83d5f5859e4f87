import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { publicSite } from "../../src/documents/publicSite/publicSite.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { inOut } from "../support/folders/projectRoot.ts";
import { launchBrowser } from "../support/install/browser.ts";
import { publicSample } from "../support/record/publicSample.ts";

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

describe("the public pages in a real browser", () => {
  const files = publicSite({ service: "Checkout", url: null }, publicSample());
  const folder = freshFolder("public-pages").path;
  const pages = [...files.keys()].filter((name) => name.endsWith(".html"));
  let browser: Browser;
  let axe: string;

  before(async () => {
    for (const [name, text] of files) await writeFile(join(folder, name), text);
    await mkdir(inOut("screenshots"), { recursive: true });
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`are accessible, and fit, on a ${size} in ${colorScheme}`, async () => {
        for (const name of pages) {
          const complaints: string[] = [];
          // The check itself is a script, which the pages' own policy rightly forbids.
          const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
          const page = await context.newPage();
          page.on("console", (message) => complaints.push(message.text()));
          page.on("request", (request) => {
            if (!/^(?:file|data):/.test(request.url())) complaints.push(request.url());
          });
          await page.goto(pathToFileURL(join(folder, name)).href);
          await page.screenshot({
            path: inOut("screenshots", `public-${shortName(name)}-${size}-${colorScheme}.png`),
            fullPage: true,
          });
          assert.deepEqual(await violations(page, axe), [], name);
          const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(wide! <= seen!, `${name} is ${wide} pixels wide, and ${seen} are there`);
          assert.deepEqual(complaints, [], name);
          await context.close();
        }
      });
    }
  }

  it("obey their own policy: the style applies, no script would", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    assert.deepEqual(complaints, []);
    const width = await page.evaluate(() => document.querySelector("main")!.getBoundingClientRect().width);
    assert.equal(width, 760, "the style's own measure, 47.5rem; without it, as wide as the window");
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'run'";
      document.body.append(script);
    });
    assert.notEqual(await page.title(), "run");
    assert.match(complaints.join(), /Content Security Policy/);
    await context.close();
  });

  it("lead from one to the other by keyboard alone", async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/2026-11-23-[0-9a-f]{8}\.html$/);
    assert.match((await page.textContent("h1"))!, /Checkout fails for carts/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/index\.html$/);
    await page.close();
  });
});

const shortName = (name: string) => name.replace(/-[0-9a-f]{8}\.html$|\.html$/, "");

async function violations(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const checker = (window as unknown as { axe: { run(): Promise<Found> } }).axe;
    type Found = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
    const { violations } = await checker.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
    );
  });
}
