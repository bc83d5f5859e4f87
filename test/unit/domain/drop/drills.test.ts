import assert from "node:assert/strict";
import { type DrillFacts, drillsAt, type Rehearsal } from "../../../../src/domain/drop/drills.ts";
import type { Drop } from "../../../../src/domain/drop/drop.ts";
import { at } from "../../../support/record/events.ts";

const DAY = 86_400_000;
const QUARTER = 90 * DAY;
const NOW = at("2026-11-23T12:00Z");

const drop = (shippedAt: number): Drop => ({
  tag: `drop-${shippedAt}`,
  commit: "4".repeat(40),
  shippedAt,
  names: [`drop-${shippedAt}`],
  shippedAssumed: false,
  previous: null,
  branch: "main",
  moved: null,
  deleted: false,
});
const drill = (when: number, passed = true): Rehearsal => ({
  tag: "drop-1",
  at: when,
  by: "Ana <ana@example.com>",
  passed,
  durationMs: 1000,
  reason: null,
  drill: true,
  targetMs: null,
});
const dueOf = (over: Partial<DrillFacts>, every: number | null = QUARTER) => {
  const { dueAt, overdue } = drillsAt(
    { drills: [], drops: [drop(NOW - 900 * DAY)], askedSince: null, ...over },
    every,
    NOW,
  );
  return { days: dueAt === null ? null : (dueAt - NOW) / DAY, overdue };
};

describe("a rollback drill", () => {
  it("is due a period after the policy that asks for it landed, however old the drops are", () => {
    assert.deepEqual(dueOf({ askedSince: NOW - 10 * DAY }), { days: 80, overdue: false });
    assert.deepEqual(dueOf({ askedSince: NOW - 100 * DAY }), { days: -10, overdue: true });
  });

  it("is never overdue where no policy has landed", () => {
    assert.deepEqual(dueOf({}), { days: 0, overdue: false });
    assert.deepEqual(dueOf({ drops: [drop(NOW - DAY)] }), { days: 89, overdue: false });
  });

  it("waits for the first drop, since before there is nothing to take back", () => {
    assert.deepEqual(dueOf({ drops: [], askedSince: NOW - 300 * DAY }), { days: null, overdue: false });
    assert.deepEqual(dueOf({ drops: [drop(NOW - DAY)], askedSince: NOW - 300 * DAY }), {
      days: 89,
      overdue: false,
    });
  });

  it("is due a period after the last that passed, but not before somebody asked for it", () => {
    const drills = [drill(NOW - 5 * DAY, false), drill(NOW - 100 * DAY)];
    assert.deepEqual(dueOf({ drills }), { days: -10, overdue: true });
    assert.deepEqual(dueOf({ drills, askedSince: NOW - 300 * DAY }), { days: -10, overdue: true });
    assert.deepEqual(dueOf({ drills, askedSince: NOW - 20 * DAY }), { days: 70, overdue: false });
  });

  it("is not asked for by a policy without a period", () => {
    assert.deepEqual(dueOf({ askedSince: NOW - 300 * DAY }, null), { days: null, overdue: false });
  });
});
