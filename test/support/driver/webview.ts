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

/** Presses a link in the webview that holds it. */
export async function pressLink(page: Page, name: string): Promise<void> {
  for (const frame of page.frames()) {
    const link = frame.getByRole("link", { name, exact: true }).first();
    if (await link.isVisible().catch(() => false)) return link.click();
  }
  throw new Error(`No webview on view has a link ${name}.`);
}
