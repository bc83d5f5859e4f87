import assert from "node:assert/strict";
import { nextLook } from "../../../../src/editor/time/nextLook.ts";
import { at, event, opened } from "../../../support/events.ts";
import { statusOf } from "../statusOf.ts";

const NOW = at("11:00");
const OPEN = [opened(at("10:04"))];

describe("the next look at the team's ledger", () => {
  it("comes as often as the policy says while an incident is open", () => {
    const status = statusOf(OPEN, NOW, { ledger: { share: true, remote: null, sync: 30_000 } });
    assert.equal(nextLook(status, NOW, null), NOW, "at once where there was none yet");
    assert.equal(nextLook(status, NOW, NOW - 10_000), NOW + 20_000);
    assert.equal(nextLook(status, NOW, NOW - 60_000), NOW - 30_000, "overdue");
    assert.equal(nextLook(status, NOW, NOW + 3_600_000), NOW, "the clock was put back");
  });

  it("never comes while all is calm, resolved, or where nothing is shared", () => {
    assert.equal(nextLook(statusOf([], NOW), NOW, null), null);
    assert.equal(
      nextLook(statusOf(OPEN, NOW, { ledger: { share: false, remote: null, sync: 15_000 } }), NOW, null),
      null,
    );
    const resolved = [...OPEN, event("mitigated", at("10:20")), event("resolved", at("10:30"))];
    assert.equal(nextLook(statusOf(resolved, NOW), NOW, null), null);
  });
});
