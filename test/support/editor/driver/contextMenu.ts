import type { Page } from "playwright-core";
import { eventually } from "../../eventually.ts";

/** The entries of the menu that is open; closes it. */
export async function menuItems(page: Page): Promise<string[]> {
  const items = page.getByRole("menuitem").locator("visible=true");
  await items.locator(".action-label").first().waitFor();
  const names = await items.locator(".action-label").evaluateAll((labels) => {
    return labels.map((label) => label.getAttribute("aria-label") ?? label.textContent ?? "");
  });
  await page.keyboard.press("Escape");
  return names.filter((name) => name !== "");
}

export async function chooseFromMenu(page: Page, entry: string): Promise<void> {
  const items = page.getByRole("menuitem").filter({ has: page.getByLabel(entry, { exact: true }) });
  const item = items.locator("visible=true").first();
  await item.waitFor();
  // A menu that has just opened takes a quick click for the end of the one that opened it, and stays.
  await eventually(async () => {
    await item.click({ timeout: 1_000 }).catch(() => {});
    if (await item.isVisible()) throw new Error(`The menu did not take "${entry}"`);
  });
}
