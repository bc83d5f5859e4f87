import type { Locator } from "playwright-core";

/** The text of an element with plain spaces; empty where there is no such element, without waiting for one. */
export async function textOf(locator: Locator): Promise<string> {
  const texts = await locator.allInnerTexts();
  return texts.join(" ").replace(/[\u00a0\s]+/g, " ").trim();
}
