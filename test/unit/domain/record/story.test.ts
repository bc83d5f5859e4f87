import assert from "node:assert/strict";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { foldIncident } from "../../../../src/domain/incident/incident.ts";
import { type DropStory, storyOf } from "../../../../src/domain/record/story.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const ID = "2026-11-23-checkout-5xx";
const NOW = at("20:00");
const START = () => [
  opened(at("10:04"), { drop: "drop-42" }),
  event("started", at("09:50")),
  event("detected", at("10:04")),
];

function story(events: LedgerEvent[], drop: Partial<DropStory> | null = null) {
  const context = { terms: SAMPLE_TERMS, shippedAt: () => null };
  const incident = foldIncident(ID, [...events].sort(inOrder), context)!;
  const whole = drop && {
    tag: "drop-42",
    shippedAt: null,
    shippedAssumed: false,
    events: [],
    merged: [],
    ...drop,
  };
  return storyOf(incident, NOW, whole);
}
const lines = (...args: Parameters<typeof story>) =>
  story(...args).map((entry) => `${new Date(entry.at).toISOString().slice(11, 16)} ${entry.text}`);
const onDrop = (type: string, time: string, data: Record<string, unknown> = {}) =>
  event(type, at(time), { subject: "drop/drop-42", data });

describe("the story of an incident", () => {
  it("tells what happened to its drop", () => {
    const run = { run: "r1" };
    const steps = ["flags: new-checkout", "revert", "run: ./deploy.sh drop-41", "verify: errors"];
    const done = (step: string, time: string, more = {}) =>
      onDrop("rollback-step", time, { ...run, step, outcome: "done", ...more });
    const events = [
      onDrop("shipped", "09:00", { commit: "4".repeat(40) }),
      onDrop("drill", "09:10", { outcome: "passed", durationMs: 95_000 }),
      onDrop("signal", "10:02", { signal: "errors", state: "breached", why: "0.4 > 0.02" }),
      onDrop("signal", "10:03", { signal: "latency", state: "calm", why: "fine" }),
      onDrop("rollback-started", "10:10", { ...run, steps, branch: "dropclock/undo-drop-42", incident: ID }),
      done(steps[0]!, "10:11"),
      done(steps[1]!, "10:11", {
        commit: "5".repeat(40),
        pushed: "origin",
        url: "https://example.com/pull/7",
      }),
      onDrop("rollback-step", "10:12", { ...run, step: steps[2], outcome: "begun" }),
      onDrop("rollback-step", "10:13", {
        ...run,
        step: steps[2],
        outcome: "failed",
        reason: "exit status 1",
      }),
      onDrop("rollback-failed", "10:13", { ...run, step: steps[2], reason: "exit status 1" }),
      onDrop("rollback-started", "10:20", { run: "r2", steps, branch: "dropclock/undo-drop-42" }),
      done(steps[2]!, "10:21"),
      done(steps[3]!, "10:22"),
      onDrop("rolled-back", "10:22", { run: "r2" }),
      onDrop("rollback-started", "15:00", {
        run: "r3",
        mode: "reapply",
        steps: ["revert"],
        branch: "dropclock/reapply-drop-42",
      }),
      onDrop("rollback-step", "15:01", {
        run: "r3",
        step: "revert",
        outcome: "done",
        commit: "6".repeat(40),
      }),
      onDrop("reapplied", "15:01", { run: "r3" }),
    ];
    const merged = [
      { mode: "undo" as const, at: at("10:12"), commit: "7".repeat(40) },
      { mode: "reapply" as const, at: at("15:30"), commit: "8".repeat(40) },
    ];
    assert.deepEqual(lines(START(), { events, merged }), [
      "09:00 drop-42 shipped",
      "09:10 Drill of drop-42 passed in 1m 35s",
      "09:50 Impact started",
      "10:02 Signal “errors” is breached: 0.4 > 0.02",
      "10:04 Opened as critical on drop-42: Checkout 5xx",
      "10:04 Detected",
      "10:10 Undo of drop-42 begun",
      "10:11 Switched off: new-checkout",
      "10:11 Branch dropclock/undo-drop-42 pushed to origin: https://example.com/pull/7",
      "10:12 Undo of drop-42 merged: 777777777777",
      "10:13 Undo stopped at run: ./deploy.sh drop-41: exit status 1",
      "10:20 Undo of drop-42 continued",
      "10:21 Ran: ./deploy.sh drop-41",
      "10:22 Calm: errors",
      "10:22 drop-42 rolled back",
      "15:00 Reapply of drop-42 begun",
      "15:01 Branch dropclock/reapply-drop-42 made",
      "15:01 drop-42 reapplied",
      "15:30 Reapply of drop-42 merged: 888888888888",
    ]);
  });

  it("knows when it shipped from its tag alone, before anything that came of it", () => {
    const assumed = [
      opened(at("10:04"), { drop: "drop-42" }),
      event("started", at("09:00"), { data: { assumed: true } }),
    ];
    assert.deepEqual(lines(assumed, { shippedAt: at("09:00") }).slice(0, 2), [
      "09:00 drop-42 shipped, by its tag",
      "09:00 Impact started (assumed: the drop shipped)",
    ]);
    const [first] = story(assumed, { shippedAt: at("09:00"), shippedAssumed: true });
    assert.deepEqual([first!.assumed, first!.text], [true, "drop-42 shipped, by its commit"]);
  });

  it("says a breach once, and nothing of what was watched after it was over", () => {
    const data = { signal: "errors", state: "breached", why: "0.4 > 0.02", incident: ID };
    const note = event("note", at("10:02"), { data: { text: "Signal “errors” is breached: 0.4 > 0.02" } });
    const events = [
      onDrop("signal", "10:02", data),
      onDrop("drill", "19:00", { outcome: "passed", durationMs: 1000 }),
      onDrop("reapplied", "19:10"),
    ];
    const told = lines([...START(), note, event("resolved", at("13:00"))], { events });
    assert.equal(told.filter((line) => line.includes("Signal")).length, 1);
    assert.equal(told.at(-1), "19:10 drop-42 reapplied");
    assert.ok(!told.some((line) => line.includes("Drill")));
  });

  it("has one line for each update to customers, with its channels and its file", () => {
    const update = "docs/updates/2026-11-23-checkout-5xx-1.md";
    const text = "# Checkout\n\nA long text.";
    const told = story([
      ...START(),
      event("sent", at("11:00"), { data: { channel: "chat", text, update, key: "k" } }),
      event("updated", at("11:00"), { data: { channel: "chat", text, update } }),
      event("sent", at("11:05"), { data: { channel: "status page", text, update, key: "l" } }),
      event("updated", at("12:00"), { data: { text: `${"Words ".repeat(100)}`, channel: "phone" } }),
    ]).slice(3);
    assert.deepEqual(
      told.map((entry) => [entry.text.slice(0, 40), entry.document]),
      [
        ["Update 1 sent to chat, status page", update],
        ["Customers told (phone): Words Words Word", null],
      ],
    );
    assert.ok(told[1]!.text.length <= 160);
  });

  it("has one line for a milestone that was moved, in the time of whoever moved it", () => {
    const first = event("mitigated", at("12:30"), { data: { how: "undone" } });
    const moved = (zone?: string) => [
      event("retracted", at("14:00"), {
        data: { event: first.id, why: "moved to 2026-11-23T12:20:00.000Z", ...(zone ? { zone } : {}) },
      }),
      event("mitigated", at("12:20"), { data: { how: "undone" }, recorded: at("14:00") }),
    ];
    const own = (zone?: string) => lines([...START(), first, ...moved(zone)]).slice(3);
    assert.deepEqual(own("Europe/Oslo"), [
      "12:20 Mitigated: undone; moved from 13:30 to 13:20 (Europe/Oslo)",
    ]);
    assert.deepEqual(own(), ["12:20 Mitigated: undone; moved from 12:30 to 12:20 (UTC)"]);
    assert.deepEqual(own("Nowhere/Land"), own());
  });

  it("tells both days of a move over midnight, and of two moves the last", () => {
    const first = event("mitigated", at("12:30"));
    const retract = (of: LedgerEvent, to: string, recorded: string) =>
      event("retracted", at(recorded), { data: { event: of.id, why: `moved to ${to}`, zone: "Asia/Tokyo" } });
    const second = event("mitigated", at("12:20"), { recorded: at("14:00") });
    const third = event("mitigated", at("15:30"), { recorded: at("16:00") });
    const events = [
      ...START(),
      first,
      retract(first, "2026-11-23T12:20:00.000Z", "14:00"),
      second,
      retract(second, "2026-11-23T15:30:00.000Z", "16:00"),
      third,
    ];
    assert.deepEqual(lines(events).slice(3), [
      "15:30 Mitigated; moved from 2026-11-23 21:20 to 2026-11-24 00:30 (Asia/Tokyo)",
    ]);
  });

  it("still strikes out what was retracted for another reason", () => {
    const note = event("note", at("11:00"), { data: { text: "The database is down" } });
    const told = story([
      ...START(),
      note,
      event("retracted", at("11:10"), { data: { event: note.id, why: "no" } }),
    ]);
    assert.deepEqual(
      told.slice(3).map(({ text, retracted }) => [text, retracted]),
      [
        ["The database is down", true],
        ["Retracted “note”: no", false],
      ],
    );
  });
});
