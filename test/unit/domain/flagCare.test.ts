import assert from "node:assert/strict";
import { flagCare } from "../../../src/domain/flagCare.ts";
import { SAMPLE_SIGNAL } from "../../support/watchedProject.ts";

const signal = (query: string) => ({
  ...SAMPLE_SIGNAL,
  source: { kind: "prometheus" as const, url: "http://x", query },
});
const policy = (query: string) => ({
  flags: { file: "f.json", metrics: { "new-checkout": "checkout_conversion" } },
  signals: [signal(query)],
});
const kinds = (...args: Parameters<typeof flagCare>) => flagCare(...args).concerns.map(({ kind }) => kind);

describe("how a flag is looked after", () => {
  it("needs a metric, and a signal that reads it as a whole word", () => {
    const good = policy("rate(checkout_conversion[5m])");
    assert.deepEqual(flagCare("new-checkout", good, false, 0), {
      metric: "checkout_conversion",
      signals: ["checkout errors"],
      concerns: [],
    });
    assert.deepEqual(kinds("other", good, false, 0), ["noMetric"]);
    assert.deepEqual(kinds("constructor", good, false, 0), ["noMetric"]);
    assert.deepEqual(kinds("new-checkout", policy("my_checkout_conversion_total"), false, 0), ["noSignal"]);
    assert.deepEqual(kinds("x", { flags: null, signals: [] }, false, 0), ["noMetric"]);
  });

  it("is stale once it is fully on for more than four drops", () => {
    const good = policy("checkout_conversion");
    assert.deepEqual(kinds("new-checkout", good, true, 4), []);
    assert.deepEqual(kinds("new-checkout", good, true, 5), ["stale"]);
    assert.deepEqual(kinds("new-checkout", good, false, 9), []);
    assert.deepEqual(kinds("new-checkout", good, true, null), []);
    assert.match(flagCare("new-checkout", good, true, 5).concerns[0]!.message, /fully on for 5 drops/);
  });
});
