import assert from "node:assert/strict";
import { shortTime } from "../../../src/editor/model/text.ts";
import { clockDescription } from "../../../src/editor/tree/clockDescription.ts";
import { at, event, opened } from "../../support/events.ts";
import { statusOf } from "./statusOf.ts";

const incident = () => [opened(at("10:00")), event("started", at("09:50")), event("detected", at("10:00"))];

/** The four clocks of the incident as rows tell them, with local times for instants in UTC. */
function rows(events: Parameters<typeof statusOf>[0], now: number): string[] {
  return statusOf(events, now).open[0]!.clocks.map((clock) => clockDescription(clock, now));
}
const local = (time: string, now: number) => shortTime(at(time), now);

describe("the words of a clock's row", () => {
  it("begin with the time left, then tell when it is due and what it counts from", () => {
    const now = at("10:48");
    assert.deepEqual(rows(incident(), now), [
      `met in 10m · at ${local("10:00", now)}`,
      `1h 12m left · due ${local("12:00", now)} · from detected ${local("10:00", now)}`,
      "1h once mitigated",
      "3d once mitigated",
    ]);
  });

  it("tell how late it is, and when it was due", () => {
    const now = at("12:05");
    const due = `was due ${local("12:00", now)} · from detected ${local("10:00", now)}`;
    assert.equal(rows(incident(), now)[1], `overdue by 5m · ${due}`);
    const late = [...incident(), event("mitigated", at("12:04"))];
    assert.equal(rows(late, now)[1], `missed by 4m · at ${local("12:04", now)}`);
  });

  it("give no due instant while it is paused, and none without a target", () => {
    const now = at("11:00");
    const paused = rows([...incident(), event("paused", at("10:30"))], now)[1];
    assert.equal(paused, `paused with 1h 30m left · from detected ${local("10:00", now)}`);
    const minor = [opened(at("10:00"), { severity: "minor" }), event("detected", at("10:00"))];
    assert.equal(rows(minor, now)[2], "no target");
  });
});
