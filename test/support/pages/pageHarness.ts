import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { PageContent, PagePost, PageRef } from "../../../src/documents/pageMessages.ts";
import type { Theme } from "../editor/driver/themes.ts";
import { projectRoot } from "../folders/projectRoot.ts";
import { NOW } from "./pageSamples.ts";

/** The variables that VS Code sets for each of its themes, as far as the pages use them. */
const VARIABLES: Record<Theme, Record<string, string>> = {
  dark: theme(
    "#1f1f1f",
    "#cccccc",
    "#9d9d9d",
    "#ffffff",
    "#0078d4",
    "#4daafc",
    "#f88070",
    "#2b2b2b",
    "#cccccc",
    "#313131",
  ),
  light: theme(
    "#ffffff",
    "#3b3b3b",
    "#616161",
    "#ffffff",
    "#005fb8",
    "#005fb8",
    "#c72e0f",
    "#e5e5e5",
    "#3b3b3b",
    "#e5e5e5",
  ),
  highContrast: contrasting(
    "#6fc3df",
    "#000000",
    "#ffffff",
    "#ffffff",
    "#ffffff",
    "#000000",
    "#21a6ff",
    "#f48771",
    "#6fc3df",
    "#ffffff",
    "#000000",
  ),
  highContrastLight: contrasting(
    "#0f4a85",
    "#ffffff",
    "#292929",
    "#292929",
    "#ffffff",
    "#0f4a85",
    "#0f4a85",
    "#b5200d",
    "#0f4a85",
    "#292929",
    "#ffffff",
  ),
};

function contrasting(contrast: string, ...colors: Parameters<typeof theme>): Record<string, string> {
  return { ...theme(...colors), "--vscode-contrastBorder": contrast, "--vscode-button-border": contrast };
}

function theme(
  background: string,
  foreground: string,
  quiet: string,
  buttonText: string,
  button: string,
  link: string,
  error: string,
  border: string,
  secondaryText: string,
  secondary: string,
): Record<string, string> {
  return {
    "--vscode-editor-background": background,
    "--vscode-foreground": foreground,
    "--vscode-descriptionForeground": quiet,
    "--vscode-button-foreground": buttonText,
    "--vscode-button-background": button,
    "--vscode-button-secondaryForeground": secondaryText,
    "--vscode-button-secondaryBackground": secondary,
    "--vscode-textLink-foreground": link,
    "--vscode-errorForeground": error,
    "--vscode-widget-border": border,
    "--vscode-focusBorder": link,
    "--vscode-charts-red": "#f14c4c",
    "--vscode-charts-green": "#388a34",
    "--vscode-charts-yellow": "#bf8803",
    "--vscode-charts-blue": "#1a85ff",
    "--vscode-charts-orange": "#d18616",
    "--vscode-charts-purple": "#652d90",
    "--vscode-font-family": "sans-serif",
    "--vscode-font-size": "13px",
  };
}

const REF: PageRef = { page: "incident", root: "/checkout", id: "x" };

/** One page of the extension in a real browser, in place of a panel: what it asks for is kept, and nothing answers. */
export class PageHarness {
  readonly page: Page;
  /** What the browser complained of: a script or a style that the policy refuses, an error. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    {
      theme: name = "dark" as Theme,
      width = 1280,
      height = 900,
      zoom = 1,
      bypassCSP = false,
      clock = false,
    } = {},
  ): Promise<PageHarness> {
    const viewport = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
    const context = await browser.newContext({ viewport, deviceScaleFactor: zoom, bypassCSP });
    const page = await context.newPage();
    const harness = new PageHarness(page);
    page.on("console", (message) => harness.complaints.push(message.text()));
    page.on("pageerror", (error) => harness.complaints.push(String(error)));
    const [script, style] = await Promise.all(
      ["page.js", "page-style.css"].map((file) => readFile(join(projectRoot, "dist", file), "utf8")),
    );
    await page.route("http://localhost/**", (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: script! });
      if (pathname === "/page-style.css") return route.fulfill({ contentType: "text/css", body: style! });
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: markup() });
    });
    await page.addInitScript((variables) => {
      const asked: unknown[] = [];
      let state: unknown = JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined;
      Object.assign(window, {
        asked,
        acquireVsCodeApi: () => ({
          postMessage: (message: unknown) => asked.push(message),
          getState: () => state,
          setState: (next: unknown) => {
            state = next;
            sessionStorage.setItem("state", JSON.stringify(next));
          },
        }),
      });
      document.addEventListener("DOMContentLoaded", () => {
        for (const [key, value] of Object.entries(variables))
          document.documentElement.style.setProperty(key, value);
      });
    }, VARIABLES[name]);
    if (clock) await page.clock.install({ time: NOW });
    await page.goto("http://localhost/");
    // It goes on only where a test lets it.
    if (clock) await page.clock.pauseAt(NOW + 60_000);
    return harness;
  }

  async post(content: PageContent, ref: PageRef = REF, at = NOW): Promise<void> {
    const post: PagePost = { at, ref, content };
    await this.page.evaluate((data) => window.postMessage(data), post);
    await this.page.locator("#page > *").first().waitFor({ state: "attached" });
  }

  asked(): Promise<unknown[]> {
    return this.page.evaluate(() => (window as unknown as { asked: unknown[] }).asked);
  }

  /** What axe-core finds wrong; the page must have been opened with `bypassCSP`, for the check itself is a script. */
  async violations(): Promise<string[]> {
    const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await this.page.evaluate(axe);
    return this.page.evaluate(async () => {
      type Found = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
      const checker = (window as unknown as { axe: { run(): Promise<Found> } }).axe;
      const { violations } = await checker.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)}: ${failureSummary}`),
      );
    });
  }

  /** By how many pixels it is wider than what is seen; 0 where it fits. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** As the panel gives it. */
function markup(): string {
  const policy = "default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'";
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Dropclock</title>
<link rel="stylesheet" nonce="abc" href="/page-style.css"></head>
<body><main id="page"></main><script nonce="abc" src="/page.js"></script></body></html>`;
}
