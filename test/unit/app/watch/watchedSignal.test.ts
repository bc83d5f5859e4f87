import assert from "node:assert/strict";
import { mock } from "node:test";
import { realTime } from "../../../../src/app/project/ticker.ts";
import { type Calm, waitUntilHealthy } from "../../../../src/app/watch/watchedSignal.ts";
import type { Answer } from "../../../../src/domain/signal/signal.ts";
import { SAMPLE_SIGNAL } from "../../../support/editor/watchedProject.ts";

const flush = () => new Promise((resolve) => setImmediate(resolve));
const value = (number: number): Answer => ({ series: [{ name: null, value: number }] });
const FAILED: Answer = { failed: "It did not answer." };

/** Waits with these answers, one for each reading; the last one stays. Gives what came of it, and after how long. */
async function waited(answers: Answer[], over: { stopAfter?: number } = {}) {
  const stop = new AbortController();
  const start = Date.now();
  let found: Calm | null = null;
  void waitUntilHealthy([SAMPLE_SIGNAL.name], {
    policy: { signals: [SAMPLE_SIGNAL] },
    open: () => async () => (answers.length > 1 ? answers.shift()! : answers[0]!),
    time: { ...realTime, now: () => Date.now() },
    stop: stop.signal,
  }).then((calm) => {
    found = calm;
  });
  for (let i = 0; i < 2_000 && found === null; i++) {
    await flush();
    if (found !== null) break;
    mock.timers.tick(1000);
    if (over.stopAfter !== undefined && Date.now() - start >= over.stopAfter) stop.abort();
  }
  return { calm: found, after: Math.round((Date.now() - start) / 1000) };
}

describe("waiting until it is calm", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  it("takes two calm readings in a row", async () => {
    assert.deepEqual(await waited([value(0)]), { calm: "calm", after: 15 });
    assert.deepEqual(await waited([value(1), value(0), value(1), value(0)]), { calm: "calm", after: 60 });
  });

  it("does not take a failed reading for a calm one", async () => {
    assert.deepEqual(await waited([value(0), FAILED, value(0), value(0)]), { calm: "calm", after: 45 });
  });

  it("gives up on what cannot be read, after as many tries as make an error", async () => {
    assert.deepEqual(await waited([FAILED]), { calm: "unreadable", after: 30 });
  });

  it("does not wait for ever, and ends when it is told to", async () => {
    assert.deepEqual(await waited([value(1)]), { calm: "unsettled", after: 900 });
    assert.deepEqual(await waited([value(1)], { stopAfter: 20_000 }), { calm: "stopped", after: 20 });
  });

  it("refuses a name that the policy does not have", async () => {
    const options = { policy: { signals: [SAMPLE_SIGNAL] }, open: () => async () => FAILED, time: realTime };
    await assert.rejects(
      waitUntilHealthy(["other"], { ...options, stop: new AbortController().signal }),
      /no signal “other”; known: checkout errors/,
    );
  });
});
