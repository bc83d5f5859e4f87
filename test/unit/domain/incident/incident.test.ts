import assert from "node:assert/strict";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { foldIncident } from "../../../../src/domain/incident/incident.ts";
import { incidentStatus, nextMilestones } from "../../../../src/domain/incident/incidentStatus.ts";
import { entryFlags, timelineOf } from "../../../../src/domain/record/timeline.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const foldAll = (events: LedgerEvent[], shipped: number | null = null) =>
  foldIncident("x", [...events].sort(inOrder), {
    terms: SAMPLE_TERMS,
    shippedAt: () => (shipped === null ? null : { at: shipped, assumed: false }),
  });
const fold = (events: LedgerEvent[], shipped: number | null = null) => foldAll(events, shipped)!;

describe("incident", () => {
  it("assumes that impact began when the drop shipped, until somebody says better", () => {
    const open = opened(at("10:05"), { drop: "drop-5" });
    const assumed = fold([open, event("detected", at("10:04"))], at("09:40")).round.marks.started!;
    assert.deepEqual([assumed.at, assumed.assumed], [at("09:40"), true]);
    const said = fold([
      open,
      event("started", at("09:40"), { data: { assumed: true } }),
      event("started", at("09:55")),
    ]);
    assert.deepEqual([said.round.marks.started!.at, said.round.marks.started!.assumed], [at("09:55"), false]);
  });

  describe("whose drop shipped nobody knows when", () => {
    const detect = (events: LedgerEvent[], shipping: { at: number; assumed: boolean } | null) => {
      const context = { terms: SAMPLE_TERMS, shippedAt: () => shipping };
      const incident = foldIncident("x", [...events].sort(inOrder), context)!;
      const [clock] = incidentStatus(incident, at("12:00")).clocks;
      return [clock!.state, clock!.startedAt];
    };
    const assumed = { at: at("08:00"), assumed: true };
    const marked = event("started", at("08:00"), { data: { assumed: true, shipping: "assumed" } });
    const openedAt = (time: string) => [opened(at(time), { drop: "drop-5" }), event("detected", at(time))];

    it("is met within the target, and beyond it unknown", () => {
      assert.deepEqual(detect(openedAt("08:30"), assumed), ["met", at("08:00")]);
      assert.deepEqual(detect(openedAt("08:31"), assumed), ["unknown", at("08:00")]);
    });

    it("stays so where the tag is not here, and for entries that do not say it", () => {
      assert.deepEqual(detect([...openedAt("10:00"), marked], null), ["unknown", at("08:00")]);
      const unmarked = event("started", at("08:00"), { data: { assumed: true } });
      assert.deepEqual(detect([...openedAt("10:00"), unmarked], assumed), ["unknown", at("08:00")]);
      assert.deepEqual(detect([...openedAt("10:00"), unmarked], null), ["missed", at("08:00")]);
    });

    it("is judged once it is on record when the drop shipped, or somebody says when impact began", () => {
      const known = { at: at("09:50"), assumed: false };
      assert.deepEqual(detect([...openedAt("10:00"), marked], known), ["met", at("09:50")]);
      const said = event("started", at("09:00"));
      assert.deepEqual(detect([...openedAt("10:00"), marked, said], assumed), ["missed", at("09:00")]);
    });
  });

  it("starts without a drop when it was detected, and never after it", () => {
    assert.equal(
      fold([opened(at("10:05")), event("detected", at("10:04"))]).round.marks.started!.at,
      at("10:04"),
    );
    const late = fold([opened(at("10:05"), { drop: "drop-5" }), event("detected", at("10:04"))], at("10:30"));
    assert.equal(late.round.marks.started!.at, at("10:04"));
  });

  it("keeps the earliest of two marks, in whatever order they were entered", () => {
    const marks = [
      event("mitigated", at("11:00")),
      event("mitigated", at("10:40"), { recorded: at("11:30") }),
    ];
    for (const list of [marks, [...marks].reverse()]) {
      assert.equal(fold([opened(at("10:05")), ...list]).round.marks.mitigated!.at, at("10:40"));
    }
  });

  it("counts only an update to customers since mitigation", () => {
    const early = [opened(at("10:05")), event("updated", at("10:20"), { data: { text: "we are on it" } })];
    assert.equal(fold(early).round.marks.updated, null);
    const mitigated = [...early, event("mitigated", at("11:00"))];
    assert.equal(fold(mitigated).round.marks.updated, null);
    assert.equal(fold([...mitigated, event("updated", at("11:30"))]).round.marks.updated!.at, at("11:30"));
    assert.equal(fold(mitigated).round.updates.length, 1);
  });

  it("takes a resolved incident for mitigated", () => {
    const { marks } = fold([opened(at("10:05")), event("resolved", at("11:00"))]).round;
    assert.deepEqual([marks.mitigated!.at, marks.mitigated!.assumed], [at("11:00"), true]);
  });

  it("is gone when its opening is retracted, and back when that is", () => {
    const open = opened(at("10:05"));
    const undo = event("retracted", at("10:10"), { data: { event: open.id, why: "wrong repository" } });
    assert.equal(foldAll([open, undo]), null);
    const redo = event("retracted", at("10:11"), { data: { event: undo.id, why: "no, it was right" } });
    assert.ok(foldAll([open, undo, redo]));
  });

  it("survives retractions that refer to each other or to themselves", () => {
    const a = event("retracted", at("10:10"), { id: "A".repeat(26), data: { event: "B".repeat(26) } });
    const b = event("retracted", at("10:10"), { id: "B".repeat(26), data: { event: "A".repeat(26) } });
    const own = event("retracted", at("10:10"), { id: "C".repeat(26), data: { event: "C".repeat(26) } });
    const list = [opened(at("10:05")), a, b, own];
    assert.deepEqual([...fold(list).retracted], [...fold([...list].reverse()).retracted]);
  });

  it("passes over events of a type it does not know", () => {
    const incident = fold([opened(at("10:05")), event("teleported", at("10:06"), { data: { to: "Mars" } })]);
    assert.equal(incidentStatus(incident, at("10:10")).state, "open");
    assert.match(timelineOf(incident, at("10:10")).at(-1)!.text, /newer version/);
  });

  it("goes from open through mitigated and resolved to closed", () => {
    const events = [opened(at("10:05")), event("detected", at("10:04"))];
    const state = () => incidentStatus(fold(events), at("14:00")).state;
    assert.equal(state(), "open");
    events.push(event("mitigated", at("11:00")));
    assert.equal(state(), "mitigated");
    events.push(event("resolved", at("12:00")));
    assert.equal(state(), "resolved");
    events.push(event("updated", at("12:10")));
    assert.equal(state(), "resolved");
    events.push(event("postmortem", at("13:00")));
    assert.equal(state(), "closed");
  });

  it("offers the milestone that stops a clock first", () => {
    const events = [opened(at("10:05")), event("detected", at("10:04"))];
    assert.equal(nextMilestones(fold(events).round)[0], "mitigated");
    events.push(event("mitigated", at("11:00")));
    assert.deepEqual(nextMilestones(fold(events).round), ["updated", "resolved", "postmortem"]);
    events.push(event("reopened", at("12:00")));
    assert.equal(nextMilestones(fold(events).round)[0], "detected");
  });

  it("flags what was entered late, claims the future, or comes from a clock that is ahead", () => {
    const incident = fold([
      opened(at("10:05")),
      event("detected", at("10:04"), { recorded: at("10:05") }),
      event("acknowledged", at("10:06"), { recorded: at("10:20") }),
      event("note", at("10:10"), { recorded: at("10:40"), data: { text: "seen" } }),
      event("mitigated", at("12:00"), { recorded: at("10:20") }),
    ]);
    const flags = timelineOf(incident, at("10:30")).map((entry) => [entry.type, ...entryFlags(entry)]);
    assert.deepEqual(flags, [
      ["detected"],
      ["opened"],
      ["acknowledged", "back-dated"],
      ["note", "back-dated", "from a clock that is ahead"],
      ["mitigated", "in the future"],
    ]);
    const { warnings } = incidentStatus(incident, at("10:30"));
    assert.equal(warnings.length, 3);
    assert.match(warnings.join("\n"), /Acknowledged is back-dated: entered 14m later by Ana/);
    assert.match(warnings.join("\n"), /Mitigated lies in the future .* counts as zero/);
    assert.match(warnings.join("\n"), /1 event by Ana .* ahead of this machine's clock, by up to 10m/);
  });

  it("says so when it has no policy on record", () => {
    const incident = fold([opened(at("10:05"), { policy: { targets: { critical: { mitigate: "2x" } } } })]);
    assert.match(incidentStatus(incident, at("10:10")).warnings.join(), /not on record/);
  });

  it("tells what another opening of the same incident, by a clone that was apart, does not change", () => {
    const bo = (data: Record<string, unknown>, time: string) => ({
      ...opened(at(time), data),
      by: "Bo <bo@example.com>",
    });
    const warnings = (...events: LedgerEvent[]) => incidentStatus(fold(events), at("13:00")).warnings;
    const first = opened(at("10:00"));
    assert.deepEqual(warnings(first, bo({ title: "Said otherwise" }, "10:02")), []);
    assert.deepEqual(warnings(first, bo({ severity: "minor" }, "10:02")), [
      "Also opened as minor at 2026-11-23T10:02:00.000Z by Bo <bo@example.com>; the first opening counts.",
    ]);
    const over = [first, event("mitigated", at("11:00")), bo({}, "12:00")];
    assert.deepEqual(warnings(...over), [
      "Opened again at 2026-11-23T12:00:00.000Z by Bo <bo@example.com>, when it was mitigated already; if it goes on, reopen it.",
    ]);
    assert.deepEqual(warnings(...over, event("reopened", at("12:30"))), []);
    const slip = event("retracted", at("12:10"), { data: { event: over[2]!.id, why: "the same one" } });
    assert.deepEqual(warnings(...over, slip), []);
  });

  it("is led by whom the newest entry names, also after it was reopened, and a retraction gives it back", () => {
    const owned = (owner: string, time: string) => event("owned", at(time), { data: { owner } });
    const ana = owned("Ana <ana@example.com>", "10:06");
    const bo = owned("Bo", "10:20");
    const led = (...events: LedgerEvent[]) => fold([opened(at("10:05")), ...events]).owner;
    assert.equal(led(), null);
    assert.deepEqual(led(ana), {
      who: "Ana <ana@example.com>",
      since: at("10:06"),
      by: "Ana <ana@example.com>",
    });
    assert.equal(led(bo, ana)?.who, "Bo");
    const over = [ana, bo, event("mitigated", at("10:30")), event("reopened", at("10:40"))];
    assert.equal(led(...over)?.who, "Bo");
    const slip = event("retracted", at("10:50"), { data: { event: bo.id, why: "a slip" } });
    assert.equal(led(...over, slip)?.who, "Ana <ana@example.com>");
    const told = timelineOf(fold([opened(at("10:05")), ana]), at("11:00")).map(({ text }) => text);
    assert.ok(told.includes("Led by Ana"), told.join());
  });
});
