import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import { chooseFromMenu, menuItems } from "./contextMenu.ts";
import { readHover } from "./hover.ts";
import { textOf } from "./textOf.ts";

type TreeRow = {
  label: string;
  description: string;
  /** What a screen reader says. */
  ariaLabel: string;
  /** 1 for a root. */
  level: number;
  /** undefined for a row that has nothing below it. */
  expanded: boolean | undefined;
  /** The codicon's name ("flame"), empty for another image. */
  icon: string;
  /** As the theme in force paints it, "rgb(r, g, b)". */
  iconColor: string;
};

/** One tree of the side bar. Only rows on view exist in the page, as in the product. */
export class TreeView {
  readonly #page: Page;
  readonly #pane: Locator;

  constructor(page: Page, name: string) {
    this.#page = page;
    const tree = page.getByRole("tree", { name, exact: true });
    const header = page.getByRole("button", { name: `${name} Section`, includeHidden: true });
    this.#pane = page
      .locator(".part .pane")
      .filter({ has: tree.or(header) })
      .first();
  }

  async rows(): Promise<TreeRow[]> {
    return (await this.#read()).map(({ index: _, ...row }) => row);
  }

  /** The rows as an indented text, which a failed assertion shows well: "  mitigate · 1h 12m left". */
  async outline(): Promise<string[]> {
    const rows = await this.rows();
    return rows.map(({ level, label, description }) => {
      return `${"  ".repeat(level - 1)}${label}${description === "" ? "" : ` · ${description}`}`;
    });
  }

  /** Waits for the row whose label is this text, or matches. */
  async row(label: string | RegExp): Promise<TreeRow> {
    return eventually(async () => {
      const found = (await this.rows()).find((row) => matches(row.label, label));
      if (found) return found;
      throw new Error(`No row ${label}; there are: ${(await this.outline()).join(" | ") || "none"}`);
    });
  }

  async click(label: string | RegExp): Promise<void> {
    await (await this.#locate(label)).locator(".label-name").click();
  }

  async expand(label: string | RegExp): Promise<void> {
    // Rows above it may come and go meanwhile, so it is found again by its label.
    await eventually(async () => {
      const row = await this.#locate(label);
      if ((await row.getAttribute("aria-expanded")) === "true") return;
      // What came into its place and has nothing to unfold is not pressed instead.
      const folded = row.and(this.#page.locator('[aria-expanded="false"]'));
      await folded.locator(".monaco-tl-twistie").click({ timeout: 5_000 });
      await row.and(this.#page.locator('[aria-expanded="true"]')).waitFor({ timeout: 5_000 });
    });
  }

  /** Presses one of the row's inline buttons, by its title. */
  async press(label: string | RegExp, button: string): Promise<void> {
    const row = await this.#locate(label);
    await row.hover();
    await row.getByRole("button", { name: button, exact: true }).click();
  }

  /** The titles of the row's inline buttons. */
  async buttons(label: string | RegExp): Promise<string[]> {
    const row = await this.#locate(label);
    await row.hover();
    const buttons = await row.locator(".actions").getByRole("button").all();
    return Promise.all(buttons.map(async (button) => (await button.getAttribute("aria-label")) ?? ""));
  }

  /** Opens the row's context menu, gives its entries and closes it. */
  async menu(label: string | RegExp): Promise<string[]> {
    await (await this.#locate(label)).click({ button: "right" });
    return menuItems(this.#page);
  }

  async chooseFromMenu(label: string | RegExp, entry: string): Promise<void> {
    await (await this.#locate(label)).click({ button: "right" });
    await chooseFromMenu(this.#page, entry);
  }

  async tooltip(label: string | RegExp): Promise<string> {
    return readHover(this.#page, (await this.#locate(label)).locator(".label-name"));
  }

  /** The text that stands where rows would be. */
  async welcome(): Promise<string> {
    await this.#pane.locator(".welcome-view-content").waitFor();
    return textOf(this.#pane.locator(".welcome-view-content"));
  }

  async pressWelcome(name: string): Promise<void> {
    await this.#pane.locator(".welcome-view-content").getByText(name, { exact: true }).click();
  }

  /** Presses a button in the view's title. */
  async pressTitle(name: string): Promise<void> {
    const sideBar = this.#page.locator(".part.sidebar");
    await this.#pane.hover();
    await sideBar.getByRole("button", { name, exact: true }).locator("visible=true").first().click();
  }

  /** By its place, once it is there: a label may be split over elements, and texts that count down change. */
  async #locate(label: string | RegExp): Promise<Locator> {
    const index = await eventually(async () => {
      const found = (await this.#read()).find((row) => matches(row.label, label));
      if (found) return found.index;
      throw new Error(`No row ${label}; there are: ${(await this.outline()).join(" | ") || "none"}`);
    });
    return this.#pane.getByRole("treeitem").and(this.#page.locator(`[data-index="${index}"]`));
  }

  // In one go: a row that leaves the tree between two questions would be waited for.
  async #read(): Promise<(TreeRow & { index: number })[]> {
    const rows = await this.#pane.getByRole("treeitem").evaluateAll(readRows);
    return rows.sort((a, b) => a.index - b.index);
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text === wanted : wanted.test(text);
}

/** Runs in the page. */
function readRows(rows: Element[]): (TreeRow & { index: number })[] {
  const textIn = (row: Element, selector: string, separator: string) =>
    [...row.querySelectorAll(selector)]
      .map((part) => part.textContent)
      .join(separator)
      .replace(/[\u00a0\s]+/g, " ")
      .trim();
  return rows.map((row) => {
    const icon = row.querySelector(".custom-view-tree-node-item-icon");
    const expanded = row.getAttribute("aria-expanded");
    return {
      index: Number(row.getAttribute("data-index")),
      // The file extension of a label is an element of its own.
      label: textIn(row, ".label-name, .label-suffix", ""),
      description: textIn(row, ".label-description", " "),
      ariaLabel: row.getAttribute("aria-label") ?? "",
      level: Number(row.getAttribute("aria-level")),
      expanded: expanded === null ? undefined : expanded === "true",
      icon: /codicon-(?!colored)([\w-]+)/.exec(icon?.getAttribute("class") ?? "")?.[1] ?? "",
      iconColor: icon ? getComputedStyle(icon).color : "",
    };
  });
}
