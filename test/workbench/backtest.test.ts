import assert from "node:assert/strict";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { MeasuredShop } from "../support/story/measuredShop.ts";

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 90_000;

describe("a policy whose signals are backtested in the editor", function () {
  this.timeout(300_000);
  let shop: MeasuredShop;
  let started: StartedRelease;
  let workbench: Workbench;

  before(async () => {
    shop = await MeasuredShop.open({ does: "propose", minutes: 60 });
    started = await startRelease({ path: shop.repository.dir });
    ({ workbench } = started);
  });
  after(async () => {
    await started?.stop();
    await shop?.close();
  });

  it("offers it above each signal, and asks no server before", async () => {
    await workbench.editors.open(".dropclock/policy.yaml");
    await eventually(
      async () => assert.deepEqual(await workbench.editors.codeLenses(), ["Backtest over the last 12 drops"]),
      LONG,
    );
  });

  it("shows a page of what was found, and the sum of it above the signal", async () => {
    await workbench.editors.pressCodeLens("Backtest over the last 12 drops");
    await workbench.editors.waitForTab(/Backtest/);
    const text = await eventually(() => webviewText(workbench.page, /Backtest of shop/), LONG);
    assert.match(
      text,
      /By the policy in this work tree, over 2 past drops\.[\s\S]*checkout errors[\s\S]*0 found/,
    );
    await workbench.screenshot("backtest-1-page");
    await workbench.editors.open(".dropclock/policy.yaml");
    // What this Prometheus knows began after both drops.
    const words = "last 2 drops: 0 found, 0 missed, 0 false, 2 with too little data";
    await eventually(async () => assert.deepEqual(await workbench.editors.codeLenses(), [words]), LONG);
    await workbench.screenshot("backtest-2-lens");
  });
});
