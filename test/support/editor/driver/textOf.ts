import type { Locator } from "playwright-core";

/** The text of an element with plain spaces; empty where there is no such element, without waiting for one. */
export async function textOf(locator: Locator): Promise<string> {
  const texts = await locator.allInnerTexts();
  return texts
    .join(" ")
    .replace(/[\u00a0\s]+/g, " ")
    .trim();
}

/** The label of a row or a tab, whose file extension is an element of its own. */
export async function labelOf(element: Locator): Promise<string> {
  const parts = await element.locator(".label-name, .label-suffix").allInnerTexts();
  return parts
    .join("")
    .replace(/[\u00a0\s]+/g, " ")
    .trim();
}
