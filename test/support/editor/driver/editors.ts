import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import type { QuickInput } from "./quickInput.ts";
import { labelOf } from "./textOf.ts";

/** The text editor in front. */
export class Editors {
  readonly #page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
  }

  /** Opens a file of the workspace by its name or path, as "Go to File" does. */
  async open(path: string): Promise<void> {
    const name = path.split("/").at(-1) ?? path;
    await this.#page.keyboard.press("ControlOrMeta+p");
    await this.#quickInput.type(path);
    await this.#quickInput.pick(name);
    await this.waitForTab(name);
  }

  async tabs(): Promise<string[]> {
    const tabs = await this.#page.locator(".part.editor .tab .tab-label").all();
    return Promise.all(tabs.map(labelOf));
  }

  /** Waits until the tab in front has this title, and gives the title. */
  async waitForTab(title: string | RegExp): Promise<string> {
    const tab = this.#page
      .locator('.part.editor .tab.active[aria-selected="true"]')
      .filter({ hasText: title })
      .first();
    await tab.waitFor();
    return labelOf(tab);
  }

  /** The whole text, by way of the clipboard: the page itself holds only the lines on view. */
  async text(): Promise<string> {
    await this.focus();
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.#page.evaluate(() => navigator.clipboard.writeText(""));
    await this.#page.keyboard.press("ControlOrMeta+c");
    const text = await eventually(() => this.#page.evaluate(() => navigator.clipboard.readText()));
    await this.#page.keyboard.press("ControlOrMeta+Home");
    return text.replaceAll("\r\n", "\n");
  }

  /** Replaces the whole text, as one edit. */
  async replace(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press("ControlOrMeta+a");
    await this.type(text);
  }

  /** Inserts at the cursor as a paste does, so that no bracket is closed and no line indented by itself. */
  async type(text: string): Promise<void> {
    await this.#page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.#page.keyboard.press("ControlOrMeta+v");
  }

  /** Saves what was changed. A paste lands late: to save before would save nothing. */
  async save(): Promise<void> {
    await this.#front().locator(".tab.active.dirty").first().waitFor();
    await this.#page.keyboard.press("ControlOrMeta+s");
    await this.#front().locator(".tab.active:not(.dirty)").first().waitFor();
  }

  async goTo(line: number, column = 1): Promise<void> {
    await this.#page.keyboard.press("ControlOrMeta+p");
    await this.#quickInput.fill(`:${line}:${column}`);
  }

  async focus(): Promise<void> {
    await this.#front().locator(".monaco-editor .view-lines").first().click();
  }

  /** The titles of the quick fixes at the cursor. */
  async quickFixes(): Promise<string[]> {
    const menu = await this.#openFixes();
    const titles = (await menu.getByRole("option").allInnerTexts()).map((title) => title.trim());
    await this.#page.keyboard.press("Escape");
    return titles;
  }

  async applyFix(title: string): Promise<void> {
    const menu = await this.#openFixes();
    await menu.getByRole("option").filter({ hasText: title }).first().click();
  }

  /** The texts of the code lenses on view. */
  async codeLenses(): Promise<string[]> {
    return this.#front().locator(".codelens-decoration a").allInnerTexts();
  }

  async pressCodeLens(text: string): Promise<void> {
    // A hover that the pointer has called up, such as a tab's, would take the click.
    const { width, height } = this.#page.viewportSize()!;
    await this.#page.mouse.move(width / 2, height - 2);
    await this.#front().locator(".codelens-decoration a").filter({ hasText: text }).first().click();
  }

  async close(): Promise<void> {
    await this.#quickInput.runCommand("View: Close Editor");
  }

  async closeAll(): Promise<void> {
    await this.#quickInput.runCommand("View: Close All Editors");
  }

  async #openFixes(): Promise<Locator> {
    const menu = this.#page.locator(".action-widget").first();
    // A key that comes while the focus is still on its way, or markers are being replaced, opens nothing.
    await eventually(async () => {
      if (!(await menu.isVisible())) await this.#page.keyboard.press("ControlOrMeta+.");
      await menu.getByRole("option").first().waitFor({ timeout: 2000 });
    });
    return menu;
  }

  #front(): Locator {
    return this.#page.locator(".part.editor .editor-group-container.active");
  }
}
