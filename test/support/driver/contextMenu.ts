import type { Page } from "playwright-core";

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
  const item = page.getByRole("menuitem").filter({ has: page.getByLabel(entry, { exact: true }) });
  await item.locator("visible=true").first().click();
}
