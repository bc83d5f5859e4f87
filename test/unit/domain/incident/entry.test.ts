import assert from "node:assert/strict";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import {
  incidentId,
  isPaused,
  refuseMark,
  refuseMove,
  refusePause,
  refuseReopen,
  refuseRetract,
  refuseSeverity,
} from "../../../../src/domain/incident/entry.ts";
import { foldIncident } from "../../../../src/domain/incident/incident.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const fold = (...events: LedgerEvent[]) =>
  foldIncident("x", events.sort(inOrder), { terms: SAMPLE_TERMS, shippedAt: () => null })!;

describe("entry", () => {
  const base = () => [opened(at("10:05")), event("started", at("10:00")), event("detected", at("10:04"))];
  const now = at("12:00");

  it("takes what is in order", () => {
    assert.equal(refuseMark(fold(...base()), "mitigated", at("11:00"), now), null);
    assert.equal(
      refuseMark(fold(...base()), "mitigated", at("12:02"), now),
      null,
      "two minutes ahead may be the clock",
    );
    assert.equal(
      refuseMark(fold(...base()), "updated", at("10:30"), now),
      null,
      "before mitigation is welcome",
    );
    assert.equal(refuseMark(fold(...base()), "started", at("09:30"), now), null, "earlier beats");
  });

  for (const [what, milestone, time, words] of [
    ["the future", "mitigated", "12:03", /in the future; give an instant that has passed/],
    ["a negative span", "mitigated", "10:03", /lies before “Detected” at 2026-11-23T10:04/],
    ["detection before the start", "detected", "09:59", /lies before “Impact started”/],
    ["a start after detection", "started", "10:05", /is marked at|lies after “Detected”/],
    ["a post-mortem of what is not mitigated", "postmortem", "11:00", /not mitigated yet; mark that first/],
    ["a second, later mark", "detected", "10:30", /marked at .* already; .* retract x \d+ --why/],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.match(refuseMark(fold(...base()), milestone, at(time), now) ?? "", words));
  }

  it("refuses a mark after its successor, or before the reopening", () => {
    const resolved = fold(...base(), event("mitigated", at("11:00")), event("resolved", at("11:10")));
    assert.match(refuseMove(resolved, "mitigated", at("11:20"), now)!, /lies after “Resolved”/);
    assert.equal(
      refuseMove(resolved, "mitigated", at("11:05"), now),
      null,
      "later than it stands, yet in order",
    );
    const reopened = fold(...base(), event("mitigated", at("11:00")), event("reopened", at("11:30")));
    assert.match(refuseMark(reopened, "detected", at("11:10"), now)!, /before the reopening/);
    assert.match(refuseMark(reopened, "mitigated", at("11:40"), now)!, /“Detected” is not marked yet/);
  });

  it("refuses a negative span beside a milestone that is only assumed", () => {
    const running = fold(...base());
    assert.match(
      refuseMark(running, "resolved", at("10:03"), now)!,
      /lies before “Detected” at 2026-11-23T10:04/,
    );
    assert.equal(refuseMark(running, "resolved", at("10:04"), now), null);
    const resolved = fold(...base(), event("resolved", at("11:00")));
    assert.equal(resolved.round.marks.mitigated?.assumed, true);
    assert.match(
      refuseMark(resolved, "postmortem", at("10:30"), now)!,
      /lies before “Mitigated” at 2026-11-23T11:00.* \(assumed\); give a later instant, or mark that one first/,
    );
    assert.equal(refuseMark(resolved, "mitigated", at("10:30"), now), null);
    assert.equal(refuseMark(resolved, "resolved", at("10:30"), now), null, "the mitigation moves with it");
    const unseen = fold(opened(at("10:05")), event("started", at("10:00")), event("resolved", at("11:00")));
    assert.equal(unseen.round.marks.detected?.assumed, true);
    assert.match(refuseMark(unseen, "detected", at("11:30"), now)!, /lies after “Mitigated” .* \(assumed\)/);
    assert.match(refuseMark(unseen, "mitigated", at("10:03"), now)!, /lies before “Detected” .* \(assumed\)/);
    assert.match(refuseMark(unseen, "started", at("10:06"), now) ?? "", /marked at|lies after “Detected”/);
  });

  it("refuses to resolve a round that nobody has detected yet", () => {
    const reopened = fold(...base(), event("mitigated", at("11:00")), event("reopened", at("11:30")));
    assert.match(refuseMark(reopened, "resolved", at("11:40"), now)!, /“Detected” is not marked yet/);
    const seen = fold(
      ...base(),
      event("mitigated", at("11:00")),
      event("reopened", at("11:30")),
      event("detected", at("11:35")),
    );
    assert.equal(refuseMark(seen, "resolved", at("11:40"), now), null);
  });

  it("pauses, resumes and reopens only where that means something", () => {
    const running = fold(...base());
    const paused = fold(...base(), event("paused", at("10:30")));
    assert.deepEqual([isPaused(running), isPaused(paused)], [false, true]);
    assert.match(refusePause(paused, true, "open")!, /paused already/);
    assert.match(refusePause(running, false, "open")!, /not paused/);
    assert.equal(refusePause(running, true, "resolved"), null, "its post-mortem may have to wait");
    assert.match(refusePause(running, true, "closed")!, /is closed; none of its clocks runs/);
    assert.equal(refusePause(paused, false, "closed"), null);
    // What is entered late is judged by when it happened, or it would change nothing.
    const over = fold(...base(), event("paused", at("10:30")), event("resumed", at("11:00")));
    for (const [incident, instant, pause, resume] of [
      [paused, "10:15", true, false],
      [paused, "10:45", false, true],
      [over, "10:45", false, true],
      [over, "11:00", true, false],
    ] as const) {
      const pausing = refusePause(incident, true, "open", at(instant));
      const resuming = refusePause(incident, false, "open", at(instant));
      assert.deepEqual([pausing === null, resuming === null], [pause, resume], instant);
    }
    assert.match(refusePause(over, true, "open", at("10:45"))!, /were paused already at 2026-11-23T10:45/);
    const ended = fold(...base(), event("mitigated", at("11:00")), event("resolved", at("12:00")));
    assert.match(refuseReopen(ended, "closed", at("11:30"))!, /lies before “Resolved” at .*T12:00/);
    assert.equal(refuseReopen(ended, "closed", at("12:30")), null);
    const raised = fold(...base(), event("severity", at("11:00"), { data: { to: "major", why: "w" } }));
    assert.match(
      refuseSeverity(raised, at("10:30"))!,
      /changed at 2026-11-23T11:00.*retract that change first/,
    );
    assert.equal(refuseSeverity(raised, at("11:30")), null);
    assert.match(refuseReopen(running, "open")!, /is open/);
    assert.equal(refuseReopen(running, "mitigated"), null);
  });

  it("retracts what is there, once", () => {
    const list = base();
    assert.match(refuseRetract(fold(...list), "nope")!, /no event nope/);
    const gone = event("retracted", at("11:00"), { data: { event: list[2]!.id } });
    assert.match(refuseRetract(fold(...list, gone), list[2]!.id)!, /retracted already/);
  });

  it("names an incident after its day and its title", () => {
    const free = () => false;
    assert.equal(incidentId("Checkout: 5xx!", at("10:00"), free), "2026-11-23-checkout-5xx");
    assert.equal(incidentId("../../etc — Ærlig", at("10:00"), free), "2026-11-23-etc-ærlig");
    assert.equal(incidentId("💥", at("10:00"), free), "2026-11-23-incident");
    assert.equal(incidentId("Ошибка", at("10:00"), free), "2026-11-23-ошибка");
    const taken = new Set(["2026-11-23-a", "2026-11-23-a-2"]);
    assert.equal(
      incidentId("a", at("10:00"), (id) => taken.has(id)),
      "2026-11-23-a-3",
    );
    assert.ok(incidentId("x".repeat(500), at("10:00"), free).length <= 71);
  });
});
