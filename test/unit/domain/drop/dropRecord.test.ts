import assert from "node:assert/strict";
import fc from "fast-check";
import { isInTime } from "../../../../src/domain/drop/drills.ts";
import { foldDrop, nextStep, noRecord, stepNames } from "../../../../src/domain/drop/dropRecord.ts";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { checkEventData } from "../../../../src/domain/record/eventData.ts";
import { decodeEvent, encodeEvent, toStored } from "../../../../src/ledger/codec.ts";
import { at, event } from "../../../support/record/events.ts";
import { stored } from "../../../support/record/storedEvents.ts";

const COMMIT = "4".repeat(40);
const STEPS = ["flags: new-checkout", "revert", "run: ./deploy.sh"];

const on = (type: string, time: string, data: Record<string, unknown>) =>
  event(type, at(time), { subject: "drop/drop-2", data });
const start = (time: string, run = "r1", over: Record<string, unknown> = {}) =>
  on("rollback-started", time, { run, steps: STEPS, branch: "dropclock/undo-drop-2", ...over });
const step = (time: string, name: string, outcome: string, over: Record<string, unknown> = {}) =>
  on("rollback-step", time, { run: "r1", step: name, outcome, ...over });
const fold = (...events: LedgerEvent[]) => foldDrop("drop-2", events.sort(inOrder));

describe("the record of a drop", () => {
  it("begins with nothing", () => {
    const { state, round, attempt, undone, rehearsals } = noRecord("drop-2");
    assert.deepEqual([state, round, attempt, undone, rehearsals], ["in force", 1, null, null, []]);
  });

  it("knows which step is next, whoever did those before", () => {
    const record = fold(
      start("10:00"),
      step("10:01", STEPS[0]!, "done"),
      start("10:02", "r2", { incident: "2026-11-23-checkout" }),
      step("10:03", "revert", "done", { run: "r2", commit: COMMIT }),
    );
    assert.equal(record.state, "undoing");
    assert.equal(record.attempt!.run, "r2");
    assert.equal(record.attempt!.startedAt, at("10:00"));
    assert.equal(record.attempt!.incident, "2026-11-23-checkout");
    assert.equal(record.attempt!.steps.get("revert")!.commit, COMMIT);
    assert.equal(nextStep(record.attempt, STEPS), "run: ./deploy.sh");
    assert.equal(nextStep(null, STEPS), STEPS[0]);
  });

  it("stops at a failed step until it is done; what is done stays done", () => {
    const failed = [
      start("10:00"),
      step("10:01", "revert", "failed", { reason: "offline" }),
      on("rollback-failed", "10:01", { run: "r1", step: "revert", reason: "offline" }),
    ];
    const stopped = fold(...failed);
    assert.deepEqual(
      [stopped.state, stopped.attempt!.failed!.step, stopped.attempt!.failed!.reason],
      ["undoing", "revert", "offline"],
    );
    const mended = fold(...failed, step("10:05", "revert", "done"), step("10:06", "revert", "failed"));
    assert.equal(mended.attempt!.failed, null);
    assert.equal(mended.attempt!.steps.get("revert")!.outcome, "done");
  });

  it("is undone when that is on record, not before", () => {
    const all = [start("10:00"), ...STEPS.map((name, i) => step(`10:0${i + 1}`, name, "done"))];
    assert.equal(fold(...all).state, "undoing");
    const end = on("rolled-back", "10:05", { run: "r1", commit: COMMIT });
    const undone = fold(...all, end);
    assert.deepEqual(
      [undone.state, undone.undone!.commit, undone.undone!.branch, undone.attempt!.endedAt],
      ["undone", COMMIT, "dropclock/undo-drop-2", at("10:05")],
    );
    const echoed = fold(...all, end, start("10:06", "r9"), on("rolled-back", "10:07", { run: "r9" }));
    assert.deepEqual([echoed.undone!.at, echoed.attempt!.run], [at("10:05"), "r1"]);
  });

  it("is in force again once reapplied, and can be undone anew", () => {
    const undone = [start("10:00"), on("rolled-back", "10:05", { run: "r1", commit: COMMIT })];
    const again = [start("11:00", "r2", { mode: "reapply" }), step("11:01", "revert", "done", { run: "r2" })];
    assert.equal(fold(...undone, ...again).state, "reapplying");
    const back = [...undone, ...again, on("reapplied", "11:02", { run: "r2", commit: COMMIT })];
    const record = fold(...back);
    assert.deepEqual(
      [record.state, record.round, record.attempt, record.reappliedAt],
      ["in force", 2, null, at("11:02")],
    );
    const second = fold(...back, start("12:00", "r3"));
    assert.deepEqual([second.state, nextStep(second.attempt, STEPS)], ["undoing", STEPS[0]]);
  });

  it("keeps rehearsals and drills, newest first", () => {
    const { rehearsals } = fold(
      on("rehearsed", "10:00", { outcome: "failed", durationMs: 5, reason: "npm test" }),
      on("drill", "11:00", { outcome: "passed", durationMs: 9, targetMs: 8 }),
    );
    assert.deepEqual(
      rehearsals.map(({ drill, passed, durationMs, reason }) => [drill, passed, durationMs, reason]),
      [
        [true, true, 9, null],
        [false, false, 5, "npm test"],
      ],
    );
    assert.deepEqual(rehearsals.map(isInTime), [false, false]);
  });

  it("numbers what comes again", () => {
    assert.deepEqual(stepNames(["run: a", "run: b", "run: a"]), ["run: a", "run: b", "run: a (2)"]);
  });

  it("says the same in whatever order the events arrive, and never undone without a rolled-back (law)", () => {
    const types = [
      "rollback-started",
      "rollback-step",
      "rollback-failed",
      "rolled-back",
      "reapplied",
      "drill",
    ];
    const any = fc.record({
      type: fc.constantFrom(...types),
      minute: fc.integer({ min: 10, max: 59 }),
      run: fc.constantFrom("r1", "r2"),
      mode: fc.constantFrom("undo", "reapply"),
      step: fc.constantFrom(...STEPS),
      outcome: fc.constantFrom("begun", "done", "failed"),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (list, dice) => {
        const events = list.map(({ type, minute, ...data }) =>
          on(type, `10:${minute}`, { ...data, reason: "x", branch: "b", steps: STEPS, durationMs: 1 }),
        );
        const known = fold(...events);
        const shuffled = [...events].sort(() => ((dice.next().value as number) % 2) - 0.5);
        assert.deepEqual(fold(...shuffled), known);
        if (known.undone) assert.ok(events.some(({ type }) => type === "rolled-back"));
        if (known.attempt?.failed) assert.notEqual(known.state, "in force");
      }),
    );
  });
});

/** One good example of each type, and what makes it malformed. */
const EXAMPLES: Record<string, { data: Record<string, unknown>; bad: Record<string, unknown>[] }> = {
  shipped: { data: { commit: COMMIT }, bad: [{ commit: "main" }, { commit: "--all" }, { commit: 4 }] },
  stage: { data: { stage: "broad", from: "testbed", why: "calm" }, bad: [{ stage: undefined }, { from: 1 }] },
  "rollback-started": {
    data: { run: "r1", steps: ["revert"], branch: "dropclock/undo-drop-2", mode: "undo", incident: "i" },
    bad: [{ run: undefined }, { steps: "revert" }, { steps: [1] }, { mode: "sideways" }, { branch: "" }],
  },
  "rollback-step": {
    data: { run: "r1", step: "revert", outcome: "done", commit: COMMIT, url: "https://example.com" },
    bad: [{ outcome: "perhaps" }, { step: null }, { commit: "HEAD" }, { reason: [] }],
  },
  "rolled-back": { data: { run: "r1", commit: COMMIT, incident: "i" }, bad: [{ run: 1 }, { commit: "x" }] },
  "rollback-failed": { data: { run: "r1", step: "revert", reason: "offline" }, bad: [{ reason: "" }] },
  reapplied: { data: { run: "r2", commit: COMMIT }, bad: [{ commit: "x" }, { run: {} }] },
  rehearsed: {
    data: { outcome: "failed", durationMs: 1200, reason: "npm test", checks: ["npm test"] },
    bad: [{ outcome: "done" }, { durationMs: -1 }, { durationMs: "1s" }, { checks: [{}] }],
  },
  drill: {
    data: { outcome: "passed", durationMs: 1200, targetMs: 7_200_000 },
    bad: [{ durationMs: undefined }, { targetMs: "2h" }],
  },
  watched: {
    data: { from: "2026-11-23T10:04:00.000Z", to: "2026-11-23T10:34:00.000Z", signals: [] },
    bad: [{ from: "10:04" }, { to: undefined }, { signals: 3 }],
  },
  signal: { data: { signal: "errors", state: "calm", value: 0.01 }, bad: [{ signal: "" }, { value: "0" }] },
  "approval-requested": { data: { why: "schema change" }, bad: [{ why: 1 }] },
  approved: { data: { reasons: ["schema change"] }, bad: [{ reasons: "schema change" }] },
  rejected: { data: { why: "no" }, bad: [{ why: {} }] },
  override: { data: { why: "customers wait" }, bad: [{ why: "" }, { why: undefined }] },
};

describe("events of drops and of the council", () => {
  for (const [type, { data, bad }] of Object.entries(EXAMPLES)) {
    it(`${type} makes the round trip, and is refused when it is malformed`, () => {
      const event = stored({ type, subject: "drop/drop-2", data });
      const decoded = decodeEvent(encodeEvent(event));
      assert.ok(typeof decoded !== "string", `${decoded}`);
      assert.deepEqual(toStored(decoded), event);
      for (const damage of bad) {
        const answer = decodeEvent(encodeEvent({ ...event, data: { ...data, ...damage } }));
        assert.equal(typeof answer, "string", `taken: ${JSON.stringify(damage)}`);
        assert.match(answer as string, /data\./);
      }
    });
  }

  it("passes over what a newer version may add", () => {
    assert.equal(checkEventData("rolled-sideways", {}), null);
    assert.equal(checkEventData("drill", { ...EXAMPLES.drill!.data, weather: "fine" }), null);
    assert.equal(checkEventData("constructor", {}), null);
  });
});
