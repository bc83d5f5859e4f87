import assert from "node:assert/strict";
import type { WindowState } from "vscode";
import { onComingBack } from "../../../src/editor/comingBack.ts";

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
