import assert from "node:assert/strict";
import type { Status } from "../../../../src/domain/drop/status.ts";
import { nextWake } from "../../../../src/editor/model/nextWake.ts";
import { statusFace } from "../../../../src/editor/status/statusFace.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const SECOND = 1000;
const HIDDEN = { seconds: false, sidebar: false };
const IN_USE = { seconds: true, sidebar: false };
const SIDEBAR = { seconds: false, sidebar: true };

const incident = () => [opened(at("10:00")), event("started", at("09:50")), event("detected", at("10:00"))];
const wake = (events: Parameters<typeof statusOf>[0], now: number, onView = HIDDEN, policy = {}) =>
  nextWake([statusOf(events, now, policy)], now, onView);

describe("the next wake", () => {
  it("is never while nothing runs", () => {
    assert.equal(wake([], at("12:00")), null);
    const paused = [...incident(), event("paused", at("10:30"))];
    assert.equal(wake(paused, at("11:00"), { seconds: true, sidebar: true }), null);
    const over = [...incident(), event("mitigated", at("10:10")), event("updated", at("10:20"))];
    const done = [...over, event("resolved", at("10:30")), event("postmortem", at("10:40"))];
    assert.equal(wake(done, at("11:00"), { seconds: true, sidebar: true }), null);
  });

  it("is when the minute that is shown changes, and not before", () => {
    // Due at 12:00: `1h 29m left` until one hour and 29 minutes are not left any more.
    assert.equal(wake(incident(), at("10:30") + 20 * SECOND), at("10:31") + 1);
    assert.equal(wake(incident(), at("10:31") + 1), at("10:32") + 1);
  });

  it("is each second in the last hour, while the window is in use", () => {
    const now = at("11:30") + 250;
    assert.equal(wake(incident(), now, IN_USE), at("11:30") + SECOND + 1);
    assert.equal(wake(incident(), now, HIDDEN), at("11:31") + 1);
    assert.equal(wake(incident(), at("10:20"), IN_USE), at("10:20") + 1, "over an hour it is minutes");
  });

  it("is exactly at the instant of a warning and of the breach", () => {
    const half = at("11:00");
    assert.equal(wake(incident(), half - 1, HIDDEN), half);
    const due = at("12:00");
    assert.equal(wake(incident(), due, HIDDEN), due + 1);
    assert.equal(statusOf(incident(), due + 1).open[0]!.clocks[1]!.state, "breached");
    const odd = { warnAt: [0.333] };
    assert.equal(wake(incident(), at("10:39") + SECOND, HIDDEN, odd), at("10:39") + 57_600);
  });

  it("takes seconds for no longer than they are shown: past due it is minutes", () => {
    assert.equal(wake(incident(), at("12:00") + 1, IN_USE), at("12:01"));
    assert.equal(wake(incident(), at("12:01"), IN_USE), at("12:02"));
  });

  it("follows every clock that has a row, when the rows are on view", () => {
    const mitigated = [...incident(), event("mitigated", at("10:10") + 30 * SECOND)];
    const now = at("10:20");
    // The update is due at 11:10:30, the post-mortem in three days.
    assert.equal(wake(mitigated, now, HIDDEN), at("10:20") + 30 * SECOND + 1);
    assert.equal(wake(mitigated, now, SIDEBAR), at("10:20") + 30 * SECOND + 1);
    const told = [...mitigated, event("updated", at("10:15"))];
    const once = { updates: { every: null } };
    assert.equal(wake(told, now, SIDEBAR, once), at("11:10") + 30 * SECOND + 1, "days change with the hour");
  });

  it("is at the instant at which the next update is due", () => {
    const told = [...incident(), event("mitigated", at("10:10")), event("updated", at("10:15"))];
    assert.equal(wake(told, at("11:15"), HIDDEN), at("11:15") + 1);
    assert.equal(
      wake(told, at("11:00"), IN_USE),
      at("11:00") + 1,
      "it is the most urgent, so seconds are shown",
    );
  });

  it("follows the watch window while it is shown", () => {
    // Shipped at 09:40, to be watched until 10:10.
    assert.equal(wake([], at("09:50")), at("09:50") + 1);
    assert.equal(wake([], at("10:09") + 1), at("10:10"));
    assert.equal(wake([], at("10:10")), null);
  });

  it("sleeps through the hours that do not count", () => {
    const calendar = { timeZone: "UTC", hours: { "mon-fri": ["09:00-11:00"] } };
    const events = [
      opened(at("10:00"), {}, { targets: statusOf([], 0).policy.policy.targets, calendar }),
      event("started", at("09:50")),
      event("detected", at("10:00")),
    ];
    const night = at("2026-11-23T20:00Z");
    assert.equal(wake(events, night, HIDDEN), at("2026-11-24T09:00Z"));
    // Nobody is told when the hours end but by looking: within a minute.
    assert.equal(wake(events, at("10:59") + 29 * SECOND, HIDDEN, { warnAt: [] }), at("11:00") + 1);
  });

  it("wakes for each change of what is shown and for nothing else", () => {
    const events = incident();
    let now = at("10:58");
    let shown = words(statusOf(events, now));
    for (let i = 0; i < 400; i++) {
      const next = wake(events, now, IN_USE)!;
      assert.equal(words(statusOf(events, next - 1)), shown, `early at ${next}`);
      now = next;
      const before = shown;
      shown = words(statusOf(events, now));
      assert.notEqual(shown, before, `for nothing at ${new Date(now).toISOString()}`);
    }
  });
});

const words = (status: Status) => {
  const face = statusFace([status], true)!;
  return `${face.text} ${face.background} ${status.open[0]!.clocks[1]!.state}`;
};
