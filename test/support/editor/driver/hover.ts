import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import { textOf } from "./textOf.ts";

/** Rests the pointer on an element until its hover is there, and gives the hover itself. */
export async function showHover(page: Page, target: Locator): Promise<Locator> {
  const hover = page.locator('.monaco-hover[role="tooltip"]').locator("visible=true").last();
  // What is drawn anew under the pointer shows no hover until the pointer moves again.
  return eventually(async () => {
    // A hover of another element would be taken for this one's.
    await page.mouse.move(700, 400);
    await hover.waitFor({ state: "hidden", timeout: 5_000 });
    await target.hover({ timeout: 5_000 });
    const before = await target.boundingBox();
    await hover.waitFor({ timeout: 5_000 });
    // A row that came late may have pushed this one away, so that the hover is another one's.
    assert.deepEqual(await target.boundingBox(), before);
    return hover;
  });
}

/** The text of an element's hover; leaves none open. */
export async function readHover(page: Page, target: Locator): Promise<string> {
  const hover = await showHover(page, target);
  const text = await textOf(hover.locator(".hover-contents"));
  await page.mouse.move(700, 400);
  return text;
}
