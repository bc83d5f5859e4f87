import type { Frame, Page } from "playwright-core";

/** The text of the webview that holds such a text: a page in a page. */
export async function webviewText(page: Page, wanted: RegExp): Promise<string> {
  return textIn(await webviewFrame(page, wanted));
}

/** The same, to be worked with. */
export async function webviewFrame(page: Page, wanted: RegExp): Promise<Frame> {
  // The window itself says much of what its pages say.
  for (const frame of page.frames().filter((each) => each !== page.mainFrame()))
    if (wanted.test(await textIn(frame))) return frame;
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

const textIn = (frame: Frame) =>
  frame
    .locator("body")
    .innerText({ timeout: 500 })
    .catch(() => "");
