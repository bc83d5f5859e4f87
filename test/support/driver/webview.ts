import type { Page } from "playwright-core";

/** The text of the webview that holds such a text: a page in a page. */
export async function webviewText(page: Page, wanted: RegExp): Promise<string> {
  for (const frame of page.frames()) {
    const text = await frame
      .locator("body")
      .innerText({ timeout: 500 })
      .catch(() => "");
    if (wanted.test(text)) return text;
  }
  throw new Error(`No webview on view says ${wanted}.`);
}
