import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { type StartedWorkbench, startWorkbench } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";

describe("two windows on one repository", () => {
  let dir: string;
  let started: StartedWorkbench;
  let windows: Workbench[];

  before(async () => {
    dir = join(freshFolder("windows").path, "shop");
    await makeSmallRepository(dir);
    started = await startWorkbench({ path: dir, container: "Dropclock" });
    windows = [started.workbench, await started.workbench.openWindow(dir)];
    for (const window of windows) await window.statusBar.waitFor(CLOCK, ({ text }) => /drop-1/.test(text));
  });

  after(() => started?.stop());

  it("count down alike, and tell of a breach once between them", async () => {
    await declareMinutesAgo(dir, "Nobody can pay", 125);
    for (const window of windows) {
      await window.statusBar.waitFor(CLOCK, ({ kind, text }) => kind === "error" && /overdue/.test(text));
    }
    await eventually(async () => assert.equal((await told()).length, 1));
    // Whoever lost the race has had the time to tell, had it wanted to.
    for (let i = 0; i < 8; i++) {
      await delay(250);
      assert.equal((await told()).length, 1);
    }
    const [message] = await told();
    assert.match(message!, /Mitigate clock of “Nobody can pay” is breached/);
    for (const [i, window] of windows.entries()) {
      await window.page.bringToFront();
      await window.screenshot(`windows-${i + 1}`);
    }
  });

  it("are calm again together, as soon as one of them marks it mitigated", async () => {
    const window = await teller();
    await window.page.bringToFront();
    await window.notifications.press(/breached/, "Mark Mitigated");
    for (const each of windows) {
      await each.statusBar.waitFor(CLOCK, ({ kind, text }) => kind === "plain" && /update/.test(text));
    }
  });

  /** The breaches that people were told of, in all windows. */
  async function told(): Promise<string[]> {
    const shown = await Promise.all(windows.map((window) => window.notifications.shown()));
    return shown.flat().flatMap(({ message }) => (/breached/.test(message) ? [message] : []));
  }

  async function teller(): Promise<Workbench> {
    for (const window of windows) {
      const shown = await window.notifications.shown();
      if (shown.some(({ message }) => /breached/.test(message))) return window;
    }
    throw new Error("No window tells of a breach.");
  }
});
