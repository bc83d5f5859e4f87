import type { Locator, Page } from "playwright-core";
import { eventually } from "../../eventually.ts";
import type { QuickInput } from "./quickInput.ts";
import { textOf } from "./textOf.ts";

type Notification = { message: string; severity: "info" | "warning" | "error"; buttons: string[] };

/** Messages of the window: the toasts in its corner, and modal dialogs. */
export class Notifications {
  readonly #page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
  }

  /** The toasts on view, the newest first. */
  async shown(): Promise<Notification[]> {
    return this.#toasts().evaluateAll(readNotifications);
  }

  /** Every notification that is not yet dismissed, those that have slid out of view included. */
  async all(): Promise<Notification[]> {
    await this.#quickInput.runCommand("Notifications: Show Notifications");
    const center = this.#page.locator(".notifications-center");
    await center.waitFor();
    const notifications = await center.locator(".notification-list-item").evaluateAll(readNotifications);
    await this.#quickInput.runCommand("Notifications: Hide Notifications");
    return notifications;
  }

  async waitFor(message: string | RegExp, timeoutMs = 30_000): Promise<Notification> {
    const toasts = this.#toasts().filter({ hasText: message });
    return eventually(async () => {
      const [found] = await toasts.evaluateAll(readNotifications);
      if (found) return found;
      const others = (await this.shown()).map((other) => other.message).join(" | ");
      throw new Error(`No notification ${message}; on view: ${others || "none"}`);
    }, timeoutMs);
  }

  async press(message: string | RegExp, button: string): Promise<void> {
    const toast = this.#toasts().filter({ hasText: message }).first();
    await toast.getByRole("button", { name: button, exact: true }).click();
  }

  async dismissAll(): Promise<void> {
    await this.#quickInput.runCommand("Notifications: Clear All Notifications");
    await eventually(async () => {
      const left = await this.#toasts().count();
      if (left > 0) throw new Error(`${left} notifications are still on view`);
    });
  }

  /** Waits for a modal dialog and gives its text. */
  async dialog(): Promise<string> {
    const dialog = this.#page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    return textOf(dialog.locator(".dialog-message-row"));
  }

  async pressInDialog(button: string): Promise<void> {
    const dialog = this.#page.locator(".monaco-dialog-box");
    await dialog.getByRole("button", { name: button, exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  #toasts(): Locator {
    return this.#page.locator(".notifications-toasts .notification-list-item");
  }
}

/** Runs in the page, in one go: a toast that slides away between two questions would be waited for. */
function readNotifications(items: Element[]): Notification[] {
  const textIn = (item: Element, selector: string) =>
    (item.querySelector(selector)?.textContent ?? "").replace(/[\u00a0\s]+/g, " ").trim();
  return items.map((item) => {
    const icon = item.querySelector(".notification-list-item-icon")?.getAttribute("class") ?? "";
    const buttons = item.querySelectorAll(".notification-list-item-buttons-container .monaco-button");
    return {
      message: textIn(item, ".notification-list-item-message"),
      severity: /codicon-error/.test(icon) ? "error" : /codicon-warning/.test(icon) ? "warning" : "info",
      buttons: [...buttons].map((button) => (button.textContent ?? "").trim()),
    };
  });
}
