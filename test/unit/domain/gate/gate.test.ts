import assert from "node:assert/strict";
import fc from "fast-check";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import {
  type DropStage,
  type Gate,
  type GateFacts,
  judgeGate,
  reason,
  type SignalStanding,
  stageOf,
} from "../../../../src/domain/gate/gate.ts";
import {
  ANA,
  BASE,
  BO,
  CY,
  DI,
  entry,
  fold,
  riskOf,
  SCHEMA_CHANGE,
} from "../../../support/record/council.ts";
import { at, event } from "../../../support/record/events.ts";

const HALF_HOUR = 30 * 60_000;
const STAGES = [
  { name: "testbed", soak: HALF_HOUR },
  { name: "canary", soak: 0 },
  { name: "broad", soak: 0 },
];
const NOW = at("12:00");

const signal = (state: SignalStanding["state"]): SignalStanding => ({
  name: "checkout errors",
  state,
  at: NOW,
  why: "0.05 > 0.02",
});

function judge(over: Partial<GateFacts> = {}): Gate {
  return judgeGate({
    question: { kind: "ship" },
    name: "drop-7",
    at: NOW,
    faults: [],
    approval: fold([entry("approved", BO), entry("approved", CY)]),
    stages: STAGES,
    stage: null,
    signals: [],
    incidents: [],
    ...over,
  });
}

const codes = ({ reasons }: Gate) => reasons.map(({ code }) => code);
const stage = (index: number, since: number): DropStage => ({
  name: STAGES[index]!.name,
  index,
  since,
  by: null,
});

// Every combination, against a table of what each one of its parts has against the drop.
const RISKS = { high: SCHEMA_CHANGE, medium: riskOf("medium", "schema change") };
const QUORUMS = { none: [], one: [BO], two: [BO, CY], "the author's": [BO, DI] };
const FRESH = { fresh: {}, stale: { data: { base: "e".repeat(40) } } };
const REFUSALS = { nobody: null, before: at("10:30"), after: at("11:30") };
const OVERRIDES = { none: null, council: {}, stage: { stage: "canary" } };
const STEPS = {
  ship: { question: { kind: "ship" as const }, stage: null },
  "promote unshipped": { question: { kind: "promote" as const, to: "canary" }, stage: null },
  "promote fresh": { question: { kind: "promote" as const, to: "canary" }, stage: stage(0, NOW - 1) },
  "promote soaked": {
    question: { kind: "promote" as const, to: "canary" },
    stage: stage(0, NOW - HALF_HOUR),
  },
  "skip a stage": { question: { kind: "promote" as const, to: "broad" }, stage: stage(0, NOW - HALF_HOUR) },
  "stay there": { question: { kind: "promote" as const, to: "testbed" }, stage: stage(0, NOW - HALF_HOUR) },
  "no such stage": { question: { kind: "promote" as const, to: "moon" }, stage: stage(0, NOW - HALF_HOUR) },
};
const SIGNALS = {
  calm: null,
  pending: "signal-breach",
  breached: "signal-breach",
  noData: "signal-unread",
  error: "signal-error",
  unread: "signal-unread",
} as const;

const keys = <T extends object>(map: T) => Object.keys(map) as (keyof T & string)[];

/** What the table says: the codes that stand, in no order. */
function expected(
  risk: keyof typeof RISKS,
  quorum: keyof typeof QUORUMS,
  fresh: keyof typeof FRESH,
  refusal: keyof typeof REFUSALS,
  override: keyof typeof OVERRIDES,
  step: keyof typeof STEPS,
  state: keyof typeof SIGNALS,
): string[] {
  const result: string[] = [];
  const enough = quorum === "two" && fresh === "fresh" && refusal === "nobody";
  // Whoever refuses here is Bo, and his earlier approval is gone by that.
  if (override === "none" && risk === "high" && !enough) result.push("approvals");
  if (refusal === "after" || (refusal === "before" && override === "none")) result.push("rejected");
  const waits = step === "promote fresh" || step === "promote soaked";
  if (step !== "ship" && !waits) result.push("stage-order");
  if (waits && override !== "stage") {
    if (step === "promote fresh") result.push("soak");
    if (SIGNALS[state]) result.push(SIGNALS[state]!);
  }
  return result.sort();
}

describe("the law of the gate", () => {
  it("holds for every combination of risk, quorum, staleness, refusal, override, stage, soak and signal", () => {
    let tried = 0;
    let open = 0;
    for (const risk of keys(RISKS))
      for (const quorum of keys(QUORUMS))
        for (const fresh of keys(FRESH))
          for (const refusal of keys(REFUSALS))
            for (const override of keys(OVERRIDES))
              for (const step of keys(STEPS))
                for (const state of keys(SIGNALS)) {
                  const events: LedgerEvent[] = QUORUMS[quorum].map((by) =>
                    entry("approved", by, FRESH[fresh]),
                  );
                  if (REFUSALS[refusal]) events.push(entry("rejected", BO, {}, REFUSALS[refusal]));
                  if (OVERRIDES[override]) {
                    const data = { why: "customers are down", ...OVERRIDES[override] };
                    events.push(entry("override", ANA, { data }, at("11:00")));
                  }
                  const approval = fold(events, { matter: { base: BASE, risk: RISKS[risk] } });
                  const gate = judge({ ...STEPS[step], approval, signals: [signal(state)] });
                  const name = [risk, quorum, fresh, refusal, override, step, state].join(", ");
                  const wanted = expected(risk, quorum, fresh, refusal, override, step, state);
                  assert.deepEqual(codes(gate).sort(), wanted, name);
                  assert.equal(gate.open, wanted.length === 0, name);
                  for (const { text } of gate.reasons) assert.match(text, /^[A-Z“d].*\.$/, name);
                  tried += 1;
                  open += Number(gate.open);
                }
    assert.equal(tried, 2 * 4 * 2 * 3 * 3 * 7 * 6);
    assert.ok(open > 100 && open < tried / 2, `${open} of ${tried}`);
  });

  it("says everything that is wrong, in plain words", () => {
    const gate = judge({
      question: { kind: "promote", to: "canary" },
      stage: stage(0, NOW - 10 * 60_000),
      approval: fold([entry("approved", BO), entry("rejected", CY, { data: { why: "no index" } })]),
      signals: [signal("breached")],
      incidents: ["Checkout 5xx"],
      faults: [reason("moved-tag", "Its tag was moved.")],
    });
    assert.deepEqual(
      gate.reasons.map(({ text }) => text),
      [
        "Its tag was moved.",
        "Cy has rejected it: no index.",
        "It needs 2 approvals of the council from members other than Di, who made most of it, and has only Bo.",
        "drop-7 must soak in testbed for 30m; 20m to go.",
        "The signal “checkout errors” is not calm: 0.05 > 0.02.",
        "An incident is open on drop-7: Checkout 5xx.",
      ],
    );
  });

  it("names the approvals that do not count, and why", () => {
    const approval = fold([entry("approved", DI), entry("approved", BO, { data: { level: "low" } })]);
    const [missing] = judge({ approval }).reasons;
    assert.match(
      missing!.text,
      /has none; not counted: Di's: not a member of the council; Bo's is stale: the risk was low then\.$/,
    );
  });

  it("keeps what was overridden on the verdict", () => {
    const approval = fold([entry("override", ANA, { data: { why: "customers are down" } })]);
    const gate = judge({ approval });
    assert.equal(gate.open, true);
    assert.deepEqual(
      gate.overridden.map(({ code }) => code),
      ["approvals"],
    );
  });

  it("is not moved by a fault that nobody can approve away", () => {
    const approval = fold([entry("override", ANA, { data: { why: "x" } })]);
    const gate = judge({ approval, faults: [reason("moved-tag", "Its tag was moved.")] });
    assert.deepEqual(codes(gate), ["moved-tag"]);
  });

  describe("whatever the order in which events come", () => {
    const when = fc.integer({ min: at("09:00"), max: NOW });
    const people = fc.constantFrom(ANA, BO, CY, DI);
    const entries = fc
      .record({
        type: fc.constantFrom("approved", "rejected", "override", "approval-requested"),
        by: people,
        when,
        old: fc.boolean(),
      })
      .map((each) => {
        const data = { why: "because", ...(each.old ? { level: "low" } : {}) };
        return entry(each.type, each.by, { data }, each.when);
      });
    const moves = fc
      .record({ to: fc.constantFrom("testbed", "canary", "broad", "gone"), when })
      .map(({ to, when: instant }) =>
        event("stage", instant, { subject: "drop/drop-7", data: { stage: to } }),
      );
    const history = fc.array(fc.oneof(entries, moves), { maxLength: 12 });

    const verdict = (events: readonly LedgerEvent[]) => {
      const moved = events
        .filter(({ type }) => type === "stage")
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
      const approval = fold(events);
      const where = stageOf(STAGES, moved, at("09:00"));
      return STAGES.map(({ name }) =>
        judge({ question: { kind: "promote", to: name }, stage: where, approval }),
      );
    };

    it("a replay comes to the same, and an event that comes twice counts once (law)", () => {
      fc.assert(
        fc.property(
          history.chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray(events, { minLength: events.length }),
              fc.subarray(events),
            ),
          ),
          ([events, shuffled, again]) => {
            assert.deepEqual(verdict([...shuffled, ...again]), verdict(events));
          },
        ),
        { numRuns: 500 },
      );
    });

    it("nothing that is no approval and no override ever opens a gate that was shut (law)", () => {
      const shutting = entries.filter(({ type }) => type === "rejected" || type === "approval-requested");
      fc.assert(
        fc.property(
          fc.array(entries, { maxLength: 8 }),
          fc.array(shutting, { maxLength: 4 }),
          (before, more) => {
            if (judge({ approval: fold([...before, ...more]) }).open)
              assert.ok(judge({ approval: fold(before) }).open);
          },
        ),
        { numRuns: 500 },
      );
    });
  });
});

describe("the stage of a drop", () => {
  const move = (to: string, when: number, over: Partial<LedgerEvent> = {}) =>
    event("stage", when, { subject: "drop/drop-7", data: { stage: to }, ...over });

  it("is the first from the moment that it ships", () => {
    assert.deepEqual(stageOf(STAGES, [], at("09:00")), {
      name: "testbed",
      index: 0,
      since: at("09:00"),
      by: null,
    });
    assert.equal(stageOf([], [move("testbed", at("10:00"))], at("09:00")), null);
  });

  it("is what was said last; going back starts the soak anew, and saying it again does not", () => {
    const events = [move("canary", at("10:00")), move("testbed", at("11:00")), move("testbed", at("11:30"))];
    assert.equal(stageOf(STAGES, events, at("09:00"))!.since, at("11:00"));
  });

  it("is not moved by a stage that the policy does not have", () => {
    assert.equal(stageOf(STAGES, [move("moon", at("10:00"))], at("09:00"))!.name, "testbed");
  });

  it("cannot be back-dated to have soaked", () => {
    const late = move("canary", at("09:30"), { recorded: at("11:00") });
    assert.equal(stageOf(STAGES, [late], at("09:00"))!.since, at("11:00"));
  });
});
