import type { Locator, Page } from "playwright-core";
import { eventually } from "../eventually.ts";
import { readHover, showHover } from "./hover.ts";

export type StatusItem = {
  text: string;
  ariaLabel: string;
  /** By the item's background: the class that VS Code gives it, not the colour of one theme. */
  kind: "error" | "warning" | "plain";
};

/** Items are named by their text, or by the end of their id as the extension gives it. */
export class StatusBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for the item. */
  async item(name: string | RegExp): Promise<StatusItem> {
    return eventually(async () => {
      const [found] = await this.#locate(name).evaluateAll(readItems);
      if (found) return found;
      throw new Error(`No status item ${name}; there are: ${(await this.texts()).join(" | ")}`);
    }, 30_000);
  }

  /** Waits until the item is as wanted, for what counts down. */
  async waitFor(
    name: string | RegExp,
    wanted: (item: StatusItem) => boolean,
    timeoutMs?: number,
  ): Promise<StatusItem> {
    return eventually(async () => {
      const item = await this.item(name);
      if (wanted(item)) return item;
      throw new Error(`The status item ${name} is ${JSON.stringify(item)}`);
    }, timeoutMs);
  }

  async has(name: string | RegExp): Promise<boolean> {
    return (await this.#locate(name).count()) > 0;
  }

  async texts(): Promise<string[]> {
    const items = await this.#page.locator(".part.statusbar .statusbar-item").evaluateAll(readItems);
    return items.map(({ text }) => text).filter((text) => text !== "");
  }

  async click(name: string | RegExp): Promise<void> {
    await this.#locate(name).locator(".statusbar-item-label").click();
  }

  async tooltip(name: string | RegExp): Promise<string> {
    return readHover(this.#page, this.#locate(name));
  }

  /** Follows a link of the item's tooltip. */
  async pressInTooltip(name: string | RegExp, link: string): Promise<void> {
    const hover = await showHover(this.#page, this.#locate(name));
    await hover.getByText(link, { exact: true }).first().click();
  }

  #locate(name: string | RegExp): Locator {
    const items = this.#page.locator(".part.statusbar .statusbar-item");
    const byText = items.filter({ hasText: name });
    if (typeof name !== "string" || !/^[\w.-]+$/.test(name)) return byText.first();
    return items
      .and(this.#page.locator(`[id$="${name}"]`))
      .or(byText)
      .first();
  }
}

/** Runs in the page. */
function readItems(items: Element[]): StatusItem[] {
  return items.map((item) => ({
    text: (item.textContent ?? "").replace(/[\u00a0\s]+/g, " ").trim(),
    ariaLabel: item.getAttribute("aria-label") ?? "",
    kind: item.classList.contains("error-kind")
      ? "error"
      : item.classList.contains("warning-kind")
        ? "warning"
        : "plain",
  }));
}
