import assert from "node:assert/strict";
import type { Tag } from "../../../../src/domain/drop/drop.ts";
import { foldRelease, type ReleaseFacts } from "../../../../src/domain/drop/release.ts";
import {
  breachedClocks,
  MOST_OPEN,
  mostUrgent,
  NEWEST_OPEN,
  statusAt,
} from "../../../../src/domain/drop/status.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import { DEFAULT_POLICY, type Policy } from "../../../../src/domain/policy/policy.ts";
import { linearHistory } from "../../../support/git/linearHistory.ts";
import { at, event, opened } from "../../../support/record/events.ts";

const MINUTE = 60_000;

const tag = (name: string, time: string): Tag => ({
  name,
  commit: `commit-of-${name}`,
  date: at(time),
  assumed: false,
});

function facts(tags: Tag[], events: LedgerEvent[], policy: Partial<Policy> = {}): ReleaseFacts {
  return {
    policy: {
      policy: { ...DEFAULT_POLICY, ...policy },
      source: "branch",
      path: ".dropclock/policy.yaml",
      problems: [],
    },
    ...linearHistory(tags, { name: "main", ref: "refs/heads/main", commit: "c" }),
    events,
  };
}

const on = (id: string, events: LedgerEvent[]) =>
  events.map((each) => ({ ...each, subject: `incident/${id}` }));

const drillAt = (time: string, data: Record<string, unknown> = {}, drop = "drop-1") =>
  event("drill", at(time), {
    subject: `drop/${drop}`,
    data: { outcome: "passed", durationMs: 60_000, targetMs: 7_200_000, ...data },
  });

describe("status", () => {
  const tags = [tag("drop-4", "2026-11-16T09:00Z"), tag("drop-5", "09:40")];

  it("shows the current drop and its watch window", () => {
    const status = statusAt(foldRelease(facts(tags, [])), at("09:50"));
    assert.deepEqual([status.drop!.tag, status.drop!.previous], ["drop-5", "drop-4"]);
    assert.deepEqual(status.watch, { state: "open", endsAt: at("10:10"), remainingMs: 20 * MINUTE });
    assert.equal(statusAt(foldRelease(facts(tags, [])), at("10:10")).watch.state, "closed");
  });

  it("closes the watch window while a real incident is open on the drop", () => {
    const state = (kind: string) => {
      const events = [opened(at("09:45"), { drop: "drop-5", kind }), event("detected", at("09:45"))];
      return statusAt(foldRelease(facts(tags, events)), at("09:50")).watch.state;
    };
    assert.equal(state("real"), "closed");
    assert.equal(state("drill"), "open");
  });

  it("closes the watch window once the drop is undone, and opens it when it is reapplied", () => {
    const of = (type: string, time: string) =>
      event(type, at(time), { subject: "drop/drop-5", data: { run: "r" } });
    const state = (...events: LedgerEvent[]) => {
      const { watch, watched } = statusAt(foldRelease(facts(tags, events)), at("09:58"));
      return [watch.state, watched.length];
    };
    assert.deepEqual(state(of("rolled-back", "09:50")), ["closed", 0]);
    assert.deepEqual(state(of("rolled-back", "09:50"), of("reapplied", "09:55")), ["open", 1]);
  });

  it("tells what was entered late apart from what is doubtful", () => {
    const late = { ...event("mitigated", at("09:52")), recorded: at("09:59") };
    const events = [opened(at("09:45"), { drop: "drop-5" }), event("detected", at("09:45")), late];
    const [status] = statusAt(foldRelease(facts(tags, events)), at("10:00")).open;
    assert.ok(status!.warnings.some((each) => /^Mitigated is back-dated/.test(each)));
    assert.ok(status!.doubts.every((each) => !/back-dated/.test(each)));
  });

  it("counts the watch window by the calendar that binds detection", () => {
    const calendar = { timeZone: "UTC", hours: { "mon-fri": ["10:00-11:00"] } };
    const bound = statusAt(foldRelease(facts(tags, [], { calendar })), at("09:50"));
    assert.equal(bound.watch.endsAt, at("10:30"));
    const free = statusAt(
      foldRelease(facts(tags, [], { calendar: { ...calendar, for: ["update"] } })),
      at("09:50"),
    );
    assert.equal(free.watch.endsAt, at("10:10"));
  });

  it("puts the most urgent clock first, over all incidents; a paused one only when nothing runs", () => {
    const slow = on("slow", [opened(at("09:00"), { severity: "minor" }), event("detected", at("09:00"))]);
    const fast = on("fast", [opened(at("09:30")), event("detected", at("09:30"))]);
    const status = statusAt(foldRelease(facts(tags, [...slow, ...fast])), at("10:00"));
    assert.deepEqual(
      status.open.map(({ incident }) => incident.id),
      ["fast", "slow"],
    );
    assert.equal(mostUrgent(status.open)!.clock.name, "mitigate");
    const paused = [...fast, ...on("fast", [event("paused", at("09:50"))])];
    const after = statusAt(foldRelease(facts(tags, [...slow, ...paused])), at("10:00"));
    assert.equal(mostUrgent(after.open)!.status.incident.id, "slow");
    assert.equal(
      mostUrgent(statusAt(foldRelease(facts(tags, paused)), at("10:00")).open)!.clock.state,
      "paused",
    );
  });

  it("lists the most urgent and the newest of a flood of incidents, and says how many more there are", () => {
    const flood = MOST_OPEN + 20;
    const events = Array.from({ length: flood }, (_, i) =>
      on(`i${i}`, [opened(at("09:00") + i), event("detected", at("09:00") + i)]),
    ).flat();
    const release = foldRelease(facts(tags, events));
    const { open, unlisted, watch } = statusAt(release, at("09:50"));
    assert.deepEqual([open.length, unlisted, open[0]!.incident.id], [MOST_OPEN, 20, "i0"]);
    const [urgent, newest] = [MOST_OPEN - NEWEST_OPEN, flood - NEWEST_OPEN];
    assert.deepEqual(
      open.slice(urgent - 1, urgent + 1).map(({ incident }) => incident.id),
      [`i${urgent - 1}`, `i${newest}`],
    );
    assert.equal(watch.state, "open");
    const drop = on("middle", [
      opened(at("09:00") + urgent, { drop: "drop-5", severity: "minor" }),
      event("detected", at("09:00") + urgent),
    ]);
    const taken = statusAt(foldRelease(facts(tags, [...events, ...drop])), at("09:50"));
    assert.equal(taken.watch.state, "closed", "what is not listed counts all the same");
    assert.equal(
      taken.open.some(({ incident }) => incident.id === "middle"),
      false,
    );
  });

  it("lists what was just declared, however many are overdue", () => {
    const old = Array.from({ length: MOST_OPEN + 20 }, (_, i) =>
      on(`i${i}`, [opened(at("01:00") + i), event("detected", at("01:00") + i)]),
    ).flat();
    const just = on("just-now", [opened(at("09:50")), event("detected", at("09:50"))]);
    const { open } = statusAt(foldRelease(facts(tags, [...old, ...just])), at("09:51"));
    assert.equal(open.at(-1)!.incident.id, "just-now");
  });

  it("names what is breached", () => {
    const events = [opened(at("09:00")), event("detected", at("09:00"))];
    const release = foldRelease(facts(tags, events));
    assert.equal(breachedClocks(statusAt(release, at("11:00")).open).length, 0);
    assert.deepEqual(
      breachedClocks(statusAt(release, at("11:00") + 1).open).map(({ clock }) => clock.name),
      ["mitigate"],
    );
  });

  it("looks back: what had not happened is not there", () => {
    const events = [
      opened(at("10:00"), { drop: "drop-5" }),
      event("detected", at("10:00")),
      event("mitigated", at("11:00")),
    ];
    const then = (time: string) => statusAt(foldRelease(facts(tags, events), at(time)), at(time));
    assert.equal(then("09:30").drop!.tag, "drop-4");
    assert.equal(then("09:50").open.length, 0);
    assert.equal(then("10:30").open[0]!.state, "open");
    assert.equal(then("11:30").open[0]!.state, "mitigated");
  });

  it("wants a drill a quarter after the first drop, then after the last drill", () => {
    const never = statusAt(foldRelease(facts(tags, [])), at("10:00")).drills;
    const quarter = 90 * 86_400_000;
    const dueAt = at("2026-11-16T09:00Z") + quarter;
    assert.deepEqual(never, { last: null, dueAt, overdue: false, recent: [] });
    const drills = (...events: LedgerEvent[]) =>
      statusAt(foldRelease(facts(tags, events)), at("10:00")).drills;
    const held = drillAt("2026-08-01T09:00Z");
    const late = drills(held);
    assert.deepEqual([late.last, late.overdue], [at("2026-08-01T09:00Z"), true]);
    const today = drills(held, drillAt("2026-11-23T09:00Z"));
    assert.deepEqual([today.dueAt, today.overdue], [at("09:00") + quarter, false]);
    const failed = drills(held, drillAt("2026-11-23T09:00Z", { outcome: "failed" }));
    assert.deepEqual([failed.last, failed.dueAt, failed.overdue], [at("09:00"), late.dueAt, true]);
  });

  it("shows the last four drills, of whatever drop", () => {
    const days = ["01", "02", "03", "04", "05"];
    const events = days.map((day) => drillAt(`2026-11-${day}T09:00Z`, {}, `drop-${Number(day)}`));
    const { recent } = statusAt(foldRelease(facts(tags, events)), at("10:00")).drills;
    assert.deepEqual(
      recent.map(({ tag }) => tag),
      ["drop-5", "drop-4", "drop-3", "drop-2"],
    );
  });

  it("watches every drop whose window is open, and names newer tags that no branch holds", () => {
    const branch = { name: "main", ref: "refs/heads/main", commit: "commit-of-drop-6" };
    const inTime = [tag("drop-4", "09:00"), tag("drop-5", "09:40"), tag("drop-6", "09:45")];
    const events = on("a", [opened(at("09:46"), { drop: "drop-6" })]);
    const read = { ...facts(inTime, []), ...linearHistory(inTime, branch) };
    const windows = (time: string, more: LedgerEvent[] = []) => {
      const { watch, watched } = statusAt(foldRelease({ ...read, events: more }), at(time));
      return [watch.state, ...watched.map(({ drop, watch }) => `${drop.tag} ${watch.state}`)];
    };
    assert.deepEqual(windows("09:50"), ["open", "drop-6 open", "drop-5 open"]);
    assert.deepEqual(windows("09:50", events), ["closed", "drop-5 open"]);
    assert.deepEqual(windows("10:12"), ["open", "drop-6 open"]);
    assert.deepEqual(windows("10:30"), ["closed"]);
    const off = [tag("drop-7", "09:50"), tag("drop-3", "08:00"), tag("other", "09:55")];
    const { newerTags } = foldRelease({ ...read, tags: [...inTime, ...off] });
    assert.deepEqual(
      newerTags.map(({ tag }) => tag),
      ["drop-7"],
    );
  });

  it("names the drops on record that no branch holds any more, until their record is retracted", () => {
    const branch = { name: "main", ref: "refs/heads/main", commit: "commit-of-drop-6" };
    const inTime = [tag("drop-4", "09:00"), tag("drop-6", "09:45")];
    const shipped = (name: string, time: string) =>
      event("shipped", at(time), { subject: `drop/${name}`, data: { commit: `commit-of-${name}` } });
    // Gone with its tag; still tagged; on the branch; never on record.
    const gone = shipped("drop-5", "09:40");
    const events = [gone, shipped("drop-3", "08:00"), shipped("drop-4", "09:00")];
    const tags = [...inTime, tag("drop-3", "08:00"), tag("drop-2", "07:00")];
    const read = { ...facts(inTime, []), ...linearHistory(inTime, branch), tags };
    const lost = (more: LedgerEvent[], facts: Partial<ReleaseFacts> = {}) =>
      statusAt(foldRelease({ ...read, ...facts, events: more }), at("09:50")).lostDrops.map((drop) => [
        drop.tag,
        drop.deleted,
      ]);
    assert.deepEqual(lost(events), [
      ["drop-5", true],
      ["drop-3", false],
    ]);
    const retracted = event("retracted", at("09:49"), { subject: "drop/drop-5", data: { event: gone.id } });
    assert.deepEqual(lost([...events, retracted]), [["drop-3", false]]);
    assert.deepEqual(lost(events, { shallow: true }), []);
  });

  it("says why there is no drop", () => {
    assert.match(
      statusAt(foldRelease(facts([], [])), at("10:00")).dropMissing!,
      /matches “drop-\*”.*git tag drop-1/,
    );
    const none = { ...facts([], []), branches: [], branchMissing: "There are no commits yet." };
    assert.equal(statusAt(foldRelease(none), at("10:00")).dropMissing, "There are no commits yet.");
  });
});
