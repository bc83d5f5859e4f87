import assert from "node:assert/strict";
import { checkEventData } from "../../../src/domain/record/eventData.ts";
import { decodeEvent, encodeEvent, toStored } from "../../../src/ledger/codec.ts";
import { stored } from "../../support/storedEvents.ts";

const COMMIT = "4".repeat(40);

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
