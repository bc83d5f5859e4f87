import assert from "node:assert/strict";
import fc from "fast-check";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { foldIncident } from "../../../../src/domain/incident/incident.ts";
import { nextUpdate } from "../../../../src/domain/incident/incidentStatus.ts";
import type { Terms } from "../../../../src/domain/policy/terms.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

const roundOf = (events: LedgerEvent[], terms: Terms = SAMPLE_TERMS) =>
  foldIncident("x", [opened(at("10:00"), {}, terms), ...events].sort(inOrder), {
    terms,
    shippedAt: () => null,
  })!.round;
const due = (events: LedgerEvent[], when: string, every: number | null = HOUR, terms?: Terms) =>
  nextUpdate(roundOf(events, terms), every, at(when));
const told = (when: string) => event("updated", at(when));

describe("the next update", () => {
  it("is due a period after the last one, also before mitigation", () => {
    const next = due([told("10:20"), told("10:50")], "11:00")!;
    assert.deepEqual(
      [next.state, next.startedAt, next.dueAt, next.remainingMs],
      ["running", at("10:50"), at("11:50"), 50 * MINUTE],
    );
  });

  it("is overdue past its due instant, and not on it", () => {
    assert.equal(due([told("10:20")], "11:20")!.state, "running");
    const late = due([told("10:20")], "11:25")!;
    assert.deepEqual([late.state, late.remainingMs], ["breached", -5 * MINUTE]);
  });

  it("is due to nobody who was not told, after the end, and where the policy says never", () => {
    assert.equal(due([], "11:00"), null);
    assert.equal(due([told("10:20"), event("resolved", at("10:30"))], "11:00"), null);
    assert.equal(due([told("10:20")], "11:00", null), null);
    assert.equal(due([told("10:20"), event("reopened", at("10:40"))], "11:00"), null);
  });

  it("rests while the clocks are paused, and out of the hours of the update clock", () => {
    const paused = [told("10:20"), event("paused", at("10:30"))];
    assert.deepEqual([due(paused, "12:00")!.state, due(paused, "12:00")!.dueAt], ["paused", null]);
    const resumed = [...paused, event("resumed", at("11:30"))];
    assert.equal(due(resumed, "12:00")!.dueAt, at("12:20"));
    const hours = { timeZone: "UTC", hours: { mon: ["09:00-11:00", "13:00-17:00"] } };
    const working = due([told("10:30")], "12:00", HOUR, { ...SAMPLE_TERMS, calendar: hours })!;
    assert.deepEqual(
      [working.dueAt, working.counting, working.remainingMs],
      [at("13:30"), false, 30 * MINUTE],
    );
    const others = { ...hours, for: ["postmortem" as const] };
    assert.equal(
      due([told("10:30")], "11:00", HOUR, { ...SAMPLE_TERMS, calendar: others })!.dueAt,
      at("11:30"),
    );
  });

  it("never moves for updates that were sent before the last", () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 600 }), (sent, every) => {
        const events = sent.map((minute) => event("updated", at("10:00") + minute * MINUTE));
        const last = at("10:00") + Math.max(...sent) * MINUTE;
        const next = nextUpdate(roundOf(events), every * MINUTE, last)!;
        assert.deepEqual([next.dueAt, next.elapsedMs], [last + every * MINUTE, 0]);
      }),
    );
  });
});
