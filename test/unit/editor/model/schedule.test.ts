import assert from "node:assert/strict";
import type { WindowState } from "vscode";
import { coalesced, nextLook, onComingBack } from "../../../../src/editor/model/schedule.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const NOW = at("11:00");
const OPEN = [opened(at("10:04"))];

describe("the next look at the team's ledger", () => {
  it("comes as often as the policy says while an incident is open", () => {
    const status = statusOf(OPEN, NOW, { ledger: { share: true, remote: null, sync: 30_000 } });
    assert.equal(nextLook(status, NOW, null), NOW, "at once where there was none yet");
    assert.equal(nextLook(status, NOW, NOW - 10_000), NOW + 20_000);
    assert.equal(nextLook(status, NOW, NOW - 60_000), NOW - 30_000, "overdue");
    assert.equal(nextLook(status, NOW, NOW + 3_600_000), NOW, "the clock was put back");
  });

  it("never comes while all is calm, resolved, or where nothing is shared", () => {
    assert.equal(nextLook(statusOf([], NOW), NOW, null), null);
    assert.equal(
      nextLook(statusOf(OPEN, NOW, { ledger: { share: false, remote: null, sync: 15_000 } }), NOW, null),
      null,
    );
    const resolved = [...OPEN, event("mitigated", at("10:20")), event("resolved", at("10:30"))];
    assert.equal(nextLook(statusOf(resolved, NOW), NOW, null), null);
  });
});

describe("coalesced runs", () => {
  it("run one at a time, and whoever asks meanwhile shares one more run", async () => {
    const runs: (() => void)[] = [];
    let running = 0;
    const run = coalesced(async () => {
      assert.equal(++running, 1);
      await new Promise<void>((resolve) => runs.push(resolve));
      running--;
    });
    const first = run();
    const second = run();
    const third = run();
    assert.equal(second, third);
    assert.equal(runs.length, 1);
    runs[0]!();
    await first;
    await new Promise(setImmediate);
    assert.equal(runs.length, 2);
    runs[1]!();
    await Promise.all([second, third]);
    assert.equal(runs.length, 2);
  });

  it("go on after a run that failed", async () => {
    let fails = true;
    const run = coalesced(async () => {
      if (fails) throw new Error("no");
    });
    const first = run();
    const second = run();
    fails = false;
    await assert.rejects(first);
    await second;
  });
});

describe("coming back to the window", () => {
  it("is told when it gets the focus, and not when people in it do something or nothing", () => {
    const listeners = new Set<(state: WindowState) => unknown>();
    const window = {
      state: { focused: true, active: true },
      onDidChangeWindowState: (listener: (state: WindowState) => unknown) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    };
    let told = 0;
    const subscription = onComingBack(window, () => told++);
    const change = (focused: boolean, active: boolean) => {
      for (const listener of listeners) listener({ focused, active });
      return told;
    };
    assert.equal(change(true, false), 0, "idle for a minute");
    assert.equal(change(true, true), 0);
    assert.equal(change(false, true), 0, "gone");
    assert.equal(change(true, true), 1, "back");
    subscription.dispose();
    assert.equal(listeners.size, 0);
  });
});
