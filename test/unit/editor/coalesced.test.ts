import assert from "node:assert/strict";
import { coalesced } from "../../../src/editor/model/coalesced.ts";

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
