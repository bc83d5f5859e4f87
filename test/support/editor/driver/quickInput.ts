import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import { textOf } from "./textOf.ts";

type QuickOption = { label: string; description: string; detail: string; ariaLabel: string };

/** The box at the top of the window: the command palette, input boxes and quick picks. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #box: Locator;
  readonly #titleBar: Locator;
  readonly #messageBar: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator(".quick-input-widget:visible");
    this.#titleBar = this.#widget.locator(".quick-input-title");
    this.#messageBar = this.#widget.locator(".quick-input-message");
    this.#box = this.#widget.locator(".quick-input-box input");
  }

  /**
   * Runs a command as a person does: palette, its whole title ("Category: Title"), a click. The palette closes when
   * something else takes the focus, an editor that opens late, say; a person presses again, and so does this.
   */
  async runCommand(title: string): Promise<void> {
    await eventually(async () => {
      await this.openPalette(title);
      try {
        await this.#row(title).click({ timeout: 5_000 });
      } catch {
        const offered = (await this.options()).map((option) => option.label).slice(0, 5);
        throw new Error(
          `The palette has no command "${title}" now; it offers: ${offered.join(", ") || "nothing"}`,
        );
      }
    });
  }

  /** The titles that the palette offers for what was typed; only those on view, about fifteen. */
  async commandsFor(text: string): Promise<string[]> {
    await this.openPalette(text);
    const labels = await settled(async () => (await this.options()).map((option) => option.label));
    await this.cancel();
    return labels;
  }

  async openPalette(text: string): Promise<void> {
    await eventually(async () => {
      await this.#page.keyboard.press("F1");
      await this.#box.waitFor({ timeout: 2_000 });
      await this.#box.fill(`>${text}`, { timeout: 2_000 });
      // The palette filters a moment after the typing; then a row stands there, if only "no matching commands".
      await this.#widget.getByRole("option").first().waitFor({ timeout: 2_000 });
    }, 20_000);
  }

  /** Types into the open box and leaves it open; with `title`, into the box that shows that title or prompt. */
  async type(text: string, options: { title?: string | RegExp } = {}): Promise<void> {
    if (options.title !== undefined) await this.#widget.filter({ hasText: options.title }).waitFor();
    await this.#box.waitFor();
    await this.#box.fill(text);
  }

  /** Types, presses Enter and waits until the box has taken it. */
  async fill(text: string, options: { title?: string | RegExp } = {}): Promise<void> {
    await this.type(text, options);
    const before = await this.title();
    await this.#page.keyboard.press("Enter");
    await eventually(async () => {
      if (!(await this.isOpen())) return;
      // The next step of the same command reuses the widget.
      const value = await this.#box.inputValue({ timeout: 500 }).catch(() => undefined);
      if (value !== text || (await textOf(this.#titleBar)) !== before) return;
      const reason = await textOf(this.#messageBar);
      throw new Error(`The box did not take "${text}": ${reason || "no reason given"}`);
    });
  }

  /** Chooses the row with exactly this label. */
  async pick(label: string): Promise<void> {
    await this.#row(label).click();
  }

  /** The rows on view. Read in one go, since a row that leaves between two questions would be waited for. */
  async options(): Promise<QuickOption[]> {
    return this.#widget.getByRole("option").evaluateAll(readOptions);
  }

  async title(): Promise<string> {
    await this.#widget.waitFor();
    return textOf(this.#titleBar);
  }

  /** The prompt, or what is wrong with the text that was typed. */
  async message(): Promise<string> {
    await this.#widget.waitFor();
    return textOf(this.#messageBar);
  }

  value(): Promise<string> {
    return this.#box.inputValue();
  }

  isOpen(): Promise<boolean> {
    return this.#widget.isVisible();
  }

  async cancel(): Promise<void> {
    await this.#widget.waitFor();
    await this.#page.keyboard.press("Escape");
    await this.#widget.waitFor({ state: "hidden" });
  }

  #row(label: string): Locator {
    const name = this.#page.locator(".label-name").getByText(label, { exact: true });
    return this.#widget.getByRole("option").filter({ has: name }).first();
  }
}

/** What `read` gives once it has given the same several times in a row: the palette filters a moment after the typing. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  let before = await read();
  for (let same = 0; same < 4; ) {
    await delay(250);
    const now = await read();
    same = isDeepStrictEqual(now, before) ? same + 1 : 0;
    before = now;
  }
  return before;
}

/** Runs in the page. */
function readOptions(rows: Element[]): QuickOption[] {
  const textIn = (row: Element, selector: string) =>
    (row.querySelector(selector)?.textContent ?? "").replace(/[\u00a0\s]+/g, " ").trim();
  return rows.map((row) => ({
    label: textIn(row, ".quick-input-list-row .label-name"),
    description: textIn(row, ".label-description"),
    detail: textIn(row, ".quick-input-list-label-meta"),
    ariaLabel: row.getAttribute("aria-label") ?? "",
  }));
}
