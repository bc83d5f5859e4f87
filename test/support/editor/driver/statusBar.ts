import type { Locator, Page } from "playwright-core";
import { STATUS_ITEM } from "../../../../src/editor/model/ids.ts";
import { eventually } from "../../eventually.ts";
import { readHover, showHover } from "./hover.ts";

type StatusItem = {
  text: string;
  ariaLabel: string;
  /** By the item's background: the class that VS Code gives it, not the colour of one theme. */
  kind: "error" | "warning" | "plain";
};

/** Dropclock's own item. */
export const CLOCK = `dropclock.dropclock.${STATUS_ITEM}`;

/**
 * Items are named by the id that VS Code gives them: the extension's, then the item's own. Never by their text, for
 * any other item may hold the same word.
 */
export class StatusBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits for the item. */
  async item(id: string): Promise<StatusItem> {
    return eventually(async () => {
      const [found] = await this.#locate(id).evaluateAll(readItems);
      if (found) return found;
      throw new Error(`No status item ${id}; there are: ${(await this.texts()).join(" | ")}`);
    }, 30_000);
  }

  /** Waits until the item is as wanted, for what counts down. */
  async waitFor(id: string, wanted: (item: StatusItem) => boolean, timeoutMs?: number): Promise<StatusItem> {
    return eventually(async () => {
      const item = await this.item(id);
      if (wanted(item)) return item;
      throw new Error(`The status item ${id} is ${JSON.stringify(item)}`);
    }, timeoutMs);
  }

  async has(id: string): Promise<boolean> {
    return (await this.#locate(id).count()) > 0;
  }

  async texts(): Promise<string[]> {
    const items = await this.#page.locator(".part.statusbar .statusbar-item").evaluateAll(readItems);
    return items.map(({ text }) => text).filter((text) => text !== "");
  }

  async click(id: string): Promise<void> {
    await this.#locate(id).locator(".statusbar-item-label").click();
  }

  async tooltip(id: string): Promise<string> {
    return readHover(this.#page, this.#locate(id));
  }

  /** Follows a link of the item's tooltip. */
  async pressInTooltip(id: string, link: string): Promise<void> {
    const hover = await showHover(this.#page, this.#locate(id));
    await hover.getByText(link, { exact: true }).first().click();
  }

  #locate(id: string): Locator {
    return this.#page.locator(`.part.statusbar .statusbar-item[id="${id}"]`);
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
