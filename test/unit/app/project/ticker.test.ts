import assert from "node:assert/strict";
import { mock } from "node:test";
import { realTime, Ticker } from "../../../../src/app/project/ticker.ts";

const HOUR = 3_600_000;

describe("the ticker", () => {
  let woken: number[] = [];
  let next: (now: number) => number | null = () => null;
  let ticker: Ticker;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    woken = [];
    ticker = new Ticker(
      { ...realTime, now: () => Date.now() },
      (now) => next(now),
      (now) => woken.push(now),
    );
  });

  afterEach(() => {
    ticker.dispose();
    mock.timers.reset();
  });

  it("sets no timer while nothing changes", () => {
    next = () => null;
    ticker.schedule();
    assert.equal(ticker.armed, false);
  });

  it("wakes at the instant, once for each, and goes on", () => {
    next = (now) => now - (now % 1000) + 1000;
    ticker.schedule();
    assert.equal(ticker.armed, true);
    mock.timers.tick(999);
    assert.deepEqual(woken, []);
    mock.timers.tick(1);
    mock.timers.tick(1000);
    mock.timers.tick(1000);
    assert.deepEqual(woken, [1_001_000, 1_002_000, 1_003_000]);
  });

  it("forgets the old instant when it is told to look again", () => {
    next = (now) => now + 5000;
    ticker.schedule();
    next = () => null;
    ticker.schedule();
    assert.equal(ticker.armed, false);
    mock.timers.tick(10_000);
    assert.deepEqual(woken, []);
  });

  it("sleeps in stretches when the instant is far away, and wakes nobody in between", () => {
    const at = 1_000_000 + 40 * 24 * HOUR;
    next = (now) => (now < at ? at : null);
    ticker.schedule();
    mock.timers.tick(39 * 24 * HOUR);
    assert.deepEqual(woken, []);
    assert.equal(ticker.armed, true);
    mock.timers.tick(24 * HOUR);
    assert.equal(woken.length, 1);
    assert.equal(ticker.armed, false);
  });

  it("is silent once it is disposed of", () => {
    next = (now) => now + 1000;
    ticker.schedule();
    ticker.dispose();
    ticker.schedule();
    mock.timers.tick(10_000);
    assert.deepEqual(woken, []);
    assert.equal(ticker.armed, false);
  });
});
