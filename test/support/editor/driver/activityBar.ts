import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import { textOf } from "./textOf.ts";

/** The strip of view containers at the window's side. */
export class ActivityBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async waitFor(container: string, timeoutMs = 30_000): Promise<void> {
    await this.#tab(container).waitFor({ timeout: timeoutMs });
  }

  async open(container: string): Promise<void> {
    const tab = this.#tab(container);
    await tab.waitFor();
    // A click on the open one closes it: so does one on what a window that was loaded again has just opened itself.
    await eventually(async () => {
      if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
      await tab.and(this.#page.locator('[aria-selected="true"]')).waitFor({ timeout: 5_000 });
    });
  }

  /** What the container's badge shows; empty without one. */
  async badge(container: string): Promise<string> {
    return textOf(this.#tab(container).locator(".badge-content").locator("visible=true"));
  }

  /** The badge's explanation is part of the container's label: "Dropclock - 2 clocks breached". */
  async label(container: string): Promise<string> {
    return (await this.#tab(container).locator(".action-label").getAttribute("aria-label")) ?? "";
  }

  #tab(container: string): Locator {
    const label = this.#page.locator(
      `.action-label[aria-label="${container}"], .action-label[aria-label^="${container} "]`,
    );
    return this.#page.locator(".part.activitybar").getByRole("tab").filter({ has: label }).first();
  }
}
