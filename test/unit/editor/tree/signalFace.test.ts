import assert from "node:assert/strict";
import { compare } from "../../../../src/domain/detection/comparison.ts";
import type { Signal } from "../../../../src/domain/policy/policy.ts";
import {
  type Answer,
  type Evaluation,
  evaluate,
  SIGNAL_STATES,
} from "../../../../src/domain/signal/signal.ts";
import { fullTime, shortTime } from "../../../../src/editor/model/text.ts";
import { signalFace } from "../../../../src/editor/tree/signalFace.ts";
import { SAMPLE_SIGNAL, signalThat } from "../../../support/editor/watchedProject.ts";
import { at } from "../../../support/record/events.ts";

const NOW = at("12:00");
const CALM: Answer = { series: [{ name: null, value: 0.01 }] };
const HIGH: Answer = { series: [{ name: null, value: 0.4 }] };
const EMPTY: Answer = { series: [] };
const FAILED: Answer = { failed: "prometheus:9090 did not answer." };

/** What readings have decided, a minute after the other from 10:00 on. */
function found(...answers: Answer[]): Evaluation {
  let state: Evaluation | null = null;
  for (const [i, answer] of answers.entries())
    state = evaluate({ ...SAMPLE_SIGNAL, every: 60_000 }, state, { at: at("10:00") + i * 60_000, answer });
  return state!;
}

const faceOf = (evaluation: Evaluation | null, signal: Signal = SAMPLE_SIGNAL) =>
  signalFace({ signal, found: evaluation, numbers: [evaluation?.value ?? null] }, NOW);

describe("the row of a signal", () => {
  it("tells since when, whatever the state, in the row and in its tooltip", () => {
    const each = {
      calm: { evaluation: found(HIGH, CALM, CALM), since: "10:01", words: "calm" },
      pending: { evaluation: found(CALM, HIGH), since: "10:01", words: "pending" },
      breached: { evaluation: found(CALM, HIGH, HIGH, HIGH), since: "10:02", words: "breached" },
      notEnoughTraffic: {
        evaluation: found(CALM, { detection: { kind: "traffic", events: 4, least: 50 } }, FAILED),
        since: "10:01",
        words: "not enough traffic yet",
      },
      noData: { evaluation: found(CALM, EMPTY, EMPTY), since: "10:01", words: "no data" },
      error: {
        evaluation: found(CALM, FAILED, FAILED, FAILED, FAILED),
        since: "10:03",
        words: "cannot be read",
      },
    };
    assert.deepEqual(Object.keys(each).sort(), [...SIGNAL_STATES].sort());
    for (const [state, { evaluation, since, words }] of Object.entries(each)) {
      assert.equal(evaluation.state, state);
      const { description, tooltip, spoken } = faceOf(evaluation);
      assert.ok(description.includes(`${words} since ${shortTime(at(since), NOW)}`), description);
      assert.ok(spoken.includes(`${words} since ${shortTime(at(since), NOW)}`), spoken);
      const [head] = tooltip.split("\n\n");
      assert.equal(head, `**checkout errors** — ${words} since ${fullTime(at(since))}`);
    }
  });

  it("tells a comparison's rate against normal and the limit, in words", () => {
    const verdict = compare(
      { worse: 1.5, falseAlarms: 0.001, tests: 1 },
      at("10:00"),
      [{ name: "1d", blocks: Array.from({ length: 288 }, (_, i) => ({ index: i - 288, bad: 1, all: 200 })) }],
      [{ from: at("10:00"), at: at("10:05"), bad: 40, all: 400 }],
      at("10:05"),
    );
    const answer: Answer = { detection: { kind: "compare", verdict, variant: null, variants: 1 } };
    const { description, spoken, tooltip } = faceOf(found(answer));
    assert.match(description, /^10% normal 0\.5%, limit 0\.\d+% · regressed since \S+/);
    assert.match(spoken, /regressed since .*, 10%, normal 0\.5%, limit 0\.\d+%$/);
    assert.match(tooltip, /40 of 400 bad \\\(10%\\\) since 2026/);
  });

  it("tells when a breach began as well, which is before it counts", () => {
    const { tooltip } = faceOf(found(CALM, HIGH, HIGH));
    assert.ok(tooltip.includes(`breached since ${fullTime(at("10:02"))}`), tooltip);
    assert.ok(tooltip.includes(`Breaching since: ${fullTime(at("10:01"))}`), tooltip);
  });

  it("says that it stays calm only because the latest readings failed", () => {
    const { description } = faceOf(found(CALM, FAILED, FAILED));
    assert.match(description, /^– > 0\.02 · calm since \S+, 2 readings failed/);
    assert.match(faceOf(found(CALM, FAILED)).description, /, 1 reading failed/);
  });

  it("has nothing to tell since when before the first reading", () => {
    const { description, tooltip } = faceOf(null);
    assert.equal(description, "being read …");
    assert.match(tooltip, /^\*\*checkout errors\*\* — being read …\n/);
  });

  it("names the secret that is missing or refused before anything else, and how to set it", () => {
    const auth = { scheme: "basic", secret: "team-prom" } as const;
    const signal = signalThat("open", { source: { ...SAMPLE_SIGNAL.source, auth } as Signal["source"] });
    const lacks = (secret: "unset" | "refused") => faceOf(found({ failed: "Set it.", secret }), signal);
    assert.match(lacks("unset").description, /^secret “team-prom” is not set · no data since \d\d:\d\d$/);
    assert.match(lacks("refused").description, /^secret “team-prom” is not accepted · no data since /);
    assert.equal(lacks("unset").icon, "key");
    assert.match(lacks("unset").spoken, /secret “team-prom” is not set/);
    assert.match(lacks("unset").tooltip, /Press the row to set the secret\./);
    const mended = faceOf(found({ failed: "Set it.", secret: "unset" }, CALM), signal);
    assert.doesNotMatch(mended.description + mended.tooltip, /secret/);
  });
});
