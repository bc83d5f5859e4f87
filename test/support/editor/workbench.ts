import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { inOut } from "../folders/projectRoot.ts";
import { ActivityBar } from "./driver/activityBar.ts";
import { changeSettings } from "./driver/changeSettings.ts";
import { Editors } from "./driver/editors.ts";
import { Notifications } from "./driver/notifications.ts";
import { Problems } from "./driver/problems.ts";
import { QuickInput } from "./driver/quickInput.ts";
import { StatusBar } from "./driver/statusBar.ts";
import { type Theme, themes } from "./driver/themes.ts";
import { TreeView } from "./driver/treeView.ts";
import { trustFolder } from "./driver/trustFolder.ts";
import type { VscodeHost } from "./vscodeHost.ts";

type WorkbenchSetup = {
  host: VscodeHost;
  context: BrowserContext;
  payload?: [string, string][];
  container?: string;
};

/** One window of a real VS Code, driven as a person drives it: by keys, by the pointer and by what is on view. */
export class Workbench {
  readonly page: Page;
  readonly host: VscodeHost;
  readonly quickInput: QuickInput;
  readonly activityBar: ActivityBar;
  readonly statusBar: StatusBar;
  readonly notifications: Notifications;
  readonly editors: Editors;
  readonly problems: Problems;
  readonly #setup: WorkbenchSetup;

  private constructor(page: Page, setup: WorkbenchSetup) {
    this.page = page;
    this.host = setup.host;
    this.#setup = setup;
    this.quickInput = new QuickInput(page);
    this.activityBar = new ActivityBar(page);
    this.statusBar = new StatusBar(page);
    this.notifications = new Notifications(page, this.quickInput);
    this.editors = new Editors(page, this.quickInput);
    this.problems = new Problems(page, this.quickInput);
  }

  /** Opens a folder or a .code-workspace file in a new window and waits until it can be worked with. */
  static async open(path: string, setup: WorkbenchSetup): Promise<Workbench> {
    const workbench = new Workbench(await setup.context.newPage(), setup);
    await workbench.page.goto(setup.host.url(path, setup.payload), { waitUntil: "commit" });
    await workbench.ready();
    return workbench;
  }

  /** Another window of the same VS Code, with the same user's state. */
  openWindow(path: string): Promise<Workbench> {
    return Workbench.open(path, this.#setup);
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "commit" });
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
    if (this.#setup.container !== undefined) await this.activityBar.waitFor(this.#setup.container, 60_000);
  }

  view(name: string): TreeView {
    return new TreeView(this.page, name);
  }

  /** Drags the edge of the side bar until it is so wide, so that a picture shows whole rows. */
  async widenSideBar(width: number): Promise<void> {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (box === null) throw new Error("No side bar is on view.");
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width + 2, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width + 2, y, { steps: 5 });
    await this.page.mouse.up();
  }

  runCommand(title: string): Promise<void> {
    return this.quickInput.runCommand(title);
  }

  /** Types a line into a new terminal. What it does is seen from outside: the terminal's text is a picture. */
  async runInTerminal(line: string): Promise<void> {
    await this.runCommand("Terminal: Create New Terminal");
    await this.page
      .locator(".terminal-wrapper.active .xterm-cursor-layer, .terminal-wrapper.active .xterm-screen")
      .first()
      .waitFor();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Enter");
  }

  /** Changes user settings in the product's own editor for them; `undefined` removes one. */
  changeSettings(patch: Record<string, unknown>): Promise<void> {
    return changeSettings(this.editors, this.quickInput, patch);
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, marker } = themes[theme];
    await this.changeSettings({ "workbench.colorTheme": name });
    await this.page.locator(`.monaco-workbench.${marker}`).waitFor();
  }

  /** Trusts the folder of a window that is in Restricted Mode, by the product's own page for it. */
  trustFolder(): Promise<void> {
    return trustFolder(this.page, this.quickInput);
  }

  /** Writes out/screenshots/NAME.png and gives its path. */
  async screenshot(name: string): Promise<string> {
    const path = inOut("screenshots", `${name}.png`);
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path, animations: "disabled", caret: "hide" });
    return path;
  }

  /** Closes this window only. */
  async closeWindow(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }
}
