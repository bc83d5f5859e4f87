import assert from "node:assert/strict";
import { gateAt } from "../../../../src/app/gate/gateWords.ts";
import type { GateFacts, SignalStanding } from "../../../../src/domain/gate/gate.ts";
import { fold, riskOf } from "../../../support/record/council.ts";
import { at } from "../../../support/record/events.ts";

const facts = (over: Partial<GateFacts> = {}): { facts: GateFacts } => ({
  facts: {
    question: { kind: "promote", to: "broad" },
    name: "drop-2",
    at: at("10:00"),
    faults: [],
    approval: fold([], { matter: { base: null, risk: riskOf("low") } }),
    stages: [
      { name: "testbed", soak: 30 * 60_000 },
      { name: "broad", soak: 0 },
    ],
    stage: { name: "testbed", index: 0, since: at("10:00"), by: null },
    signals: [],
    incidents: [],
    ...over,
  },
});

const signal = (state: SignalStanding["state"]): SignalStanding => ({
  name: "checkout errors",
  state,
  at: at("10:10"),
  why: "0.5 is > 0.02",
});

const codes = (...args: Parameters<typeof gateAt>) => gateAt(...args).reasons.map(({ code }) => code);

describe("the verdict of a gate as time passes", () => {
  it("opens by itself once the drop has soaked", () => {
    assert.deepEqual(codes(facts(), at("10:29")), ["soak"]);
    assert.deepEqual(codes(facts(), at("10:30")), []);
  });

  it("is shut by what is read of a signal meanwhile", () => {
    assert.deepEqual(codes(facts(), at("10:30"), [signal("breached")]), ["signal-breach"]);
    assert.deepEqual(codes(facts(), at("10:30"), [signal("calm")]), []);
  });

  it("stays shut by a breach on record, whatever one window reads", () => {
    assert.deepEqual(codes(facts({ signals: [signal("breached")] }), at("10:30"), [signal("calm")]), [
      "signal-breach",
    ]);
  });
});
