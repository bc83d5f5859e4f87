import assert from "node:assert/strict";
import { foldRelease } from "../../../../src/domain/drop/release.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import { DEFAULT_POLICY } from "../../../../src/domain/policy/policy.ts";
import { adoptionOf, median, scorecardOf } from "../../../../src/domain/record/scorecard.ts";
import { doraWords } from "../../../../src/domain/record/scorecardWords.ts";
import { aDrop, linearHistory } from "../../../support/git/linearHistory.ts";
import { at, event, opened } from "../../../support/record/events.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const sha = (n: number) => String(n).repeat(40);

/** drop-1 … drop-n, one a day, the last on the 23rd at 09:00. */
const tags = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    name: `drop-${i + 1}`,
    commit: sha(i + 1),
    date: at("09:00") - (n - 1 - i) * DAY,
  }));

function releaseOf(n: number, events: LedgerEvent[]) {
  const policy = { policy: DEFAULT_POLICY, source: "branch" as const, path: "p", problems: [] };
  return foldRelease({ policy, ...linearHistory(tags(n)), events });
}

/** An incident on a drop of the 23rd: its impact from 09:00, the rest as given. */
function incident(id: string, drop: string, marks: Record<string, string>, data: object = {}): LedgerEvent[] {
  const on = (events: LedgerEvent[]) => events.map((each) => ({ ...each, subject: `incident/${id}` }));
  return on([
    opened(at("09:00"), { drop, ...data }),
    ...Object.entries(marks).map(([type, when]) => event(type, at(when))),
  ]);
}

const score = (n: number, events: LedgerEvent[], now = "2026-11-23T23:00:00Z") => {
  const release = releaseOf(n, events);
  return scorecardOf(release, release.drops, at(now));
};

describe("the scorecard", () => {
  it("has no data where nothing is known: that is not met", () => {
    const card = score(2, []);
    for (const { pillars, failed } of card.drops) {
      assert.deepEqual(pillars, {
        detect: "no data",
        mitigate: "no data",
        update: "no data",
        postmortem: "no data",
      });
      assert.equal(failed, false);
    }
    assert.deepEqual(card.pillars.detect, { met: 0, missed: 0, noData: 2, medianMs: null, streak: 0 });
    assert.deepEqual(card.dora, {
      deployments: 2,
      failed: 0,
      changeFailureRate: 0,
      recoveryMs: null,
      unrecovered: 0,
      untimed: 0,
      rework: 0,
      reworkRate: 0,
    });
    assert.equal(score(0, []).dora.changeFailureRate, null);
  });

  it("tells met and missed per drop and pillar, and what is not decided is no data", () => {
    const events = incident("a", "drop-1", {
      started: "09:00",
      detected: "09:10",
      mitigated: "12:00",
      updated: "12:30",
    });
    const [{ pillars, recoveryMs, failed }] = score(1, events).drops as [
      ReturnType<typeof score>["drops"][number],
    ];
    assert.deepEqual(pillars, { detect: "met", mitigate: "missed", update: "met", postmortem: "no data" });
    assert.deepEqual([failed, recoveryMs], [true, 3 * HOUR]);
  });

  it("takes a clock that is past due for missed, although it runs on", () => {
    const events = incident("a", "drop-1", { started: "09:00", detected: "09:10" });
    assert.equal(score(1, events, "10:00").drops[0]!.pillars.mitigate, "no data");
    assert.equal(score(1, events, "12:00").drops[0]!.pillars.mitigate, "missed");
  });

  it("counts the worst incident of a drop, and no tests and drills", () => {
    const good = { started: "09:00", detected: "09:10", mitigated: "10:00" };
    const late = { started: "09:00", detected: "09:45", mitigated: "10:00" };
    assert.equal(
      score(1, [...incident("a", "drop-1", good), ...incident("b", "drop-1", late)]).drops[0]!.pillars.detect,
      "missed",
    );
    for (const kind of ["test", "drill"]) {
      const card = score(1, [...incident("a", "drop-1", good), ...incident("b", "drop-1", late, { kind })]);
      assert.equal(card.drops[0]!.pillars.detect, "met", kind);
      assert.equal(card.drops[0]!.incidents.length, 1);
    }
    assert.equal(score(1, incident("b", "drop-1", late, { kind: "drill" })).dora.failed, 0);
  });

  it("judges an incident by its worst round, and measures its rounds together", () => {
    const marks = { started: "09:00", detected: "09:10", mitigated: "12:00", reopened: "13:00" };
    const again = [event("detected", at("13:05")), event("mitigated", at("13:20"))];
    const events = [
      ...incident("a", "drop-1", marks),
      ...again.map((each) => ({ ...each, subject: "incident/a" })),
    ];
    const card = score(1, events);
    assert.equal(card.drops[0]!.pillars.mitigate, "missed");
    assert.equal(card.pillars.mitigate.medianMs, 3 * HOUR + 5 * 60_000);
    assert.equal(card.pillars.detect.medianMs, 15 * 60_000);
    assert.deepEqual([card.pillars.mitigate.missed, card.pillars.mitigate.streak], [1, 0]);
    // Its rounds together: nobody felt it between them.
    assert.equal(card.drops[0]!.recoveryMs, 3 * HOUR + 20 * 60_000);
  });

  it("has no time of a clock whose last round still runs, and counts one that a reopening cut short", () => {
    const of = (...again: LedgerEvent[]) =>
      score(1, [
        ...incident("a", "drop-1", { started: "09:00", detected: "09:10", reopened: "10:00" }),
        ...again.map((each) => ({ ...each, subject: "incident/a" })),
      ]).pillars.mitigate.medianMs;
    assert.equal(of(event("detected", at("10:10"))), null);
    assert.equal(of(event("detected", at("10:10")), event("mitigated", at("10:30"))), 70 * 60_000);
  });

  it("has no data of what rests on a shipping time that nobody has said", () => {
    const assumed = { data: { assumed: true, shipping: "assumed" } };
    const story = (detected: string) =>
      [
        opened(at(detected), { drop: "drop-1" }),
        event("started", at("06:00"), assumed),
        event("detected", at(detected)),
        event("mitigated", at("10:00")),
      ].map((each) => ({ ...each, subject: "incident/a" }));
    const of = (detected: string) =>
      scorecardOf(
        foldRelease({
          policy: { policy: DEFAULT_POLICY, source: "branch", path: "p", problems: [] },
          ...linearHistory([{ name: "drop-1", commit: sha(1), date: at("06:00"), assumed: true }]),
          events: story(detected),
        }),
        [aDrop("drop-1", { commit: sha(1), shippedAt: at("06:00"), shippedAssumed: true })],
        at("23:00"),
      );
    const late = of("09:00");
    assert.equal(late.drops[0]!.pillars.detect, "no data");
    assert.deepEqual(late.pillars.detect, { met: 0, missed: 0, noData: 1, medianMs: null, streak: 0 });
    const { recoveryMs, unrecovered, untimed, startUnknown } = late.dora;
    assert.deepEqual([recoveryMs, unrecovered, untimed, startUnknown], [null, 0, 0, 1]);
    assert.match(doraWords(late.dora)[1]!, /: no data; 1 that began at an unknown time, so not timed$/);
    assert.equal(of("06:20").drops[0]!.pillars.detect, "met");
  });

  it("has medians of what has ended, and streaks that missing data neither makes longer nor breaks", () => {
    const met = { started: "09:00", detected: "09:10" };
    const late = { started: "09:00", detected: "10:00" };
    const card = score(5, [
      ...incident("a", "drop-5", met),
      ...incident("b", "drop-3", { started: "09:00", detected: "09:20" }),
      ...incident("c", "drop-2", late),
      ...incident("d", "drop-1", met),
    ]);
    assert.deepEqual(card.pillars.detect, { met: 3, missed: 1, noData: 1, medianMs: 15 * 60_000, streak: 2 });
    assert.equal(median([]), null);
    assert.equal(median([3, 1, 2]), 2);
  });

  it("has DORA's two: how many failed, and how long it took to recover", () => {
    const undo = [
      event("rollback-started", at("10:00"), {
        subject: "drop/drop-3",
        data: { run: "r", steps: ["revert"], branch: "b" },
      }),
      event("rolled-back", at("10:10"), { subject: "drop/drop-3", data: { run: "r" } }),
    ];
    const card = score(4, [
      ...incident("a", "drop-4", { started: "09:00", detected: "09:10", mitigated: "10:00" }),
      ...incident("b", "drop-2", { started: "09:00", detected: "09:10" }),
      ...undo,
    ]);
    assert.deepEqual(card.dora, {
      deployments: 4,
      failed: 3,
      changeFailureRate: 0.75,
      recoveryMs: HOUR,
      unrecovered: 1,
      untimed: 1,
      rework: 0,
      reworkRate: 0,
    });
    assert.equal(
      doraWords(card.dora)[1],
      "Failed deployment recovery time: 1h (median); 1 not recovered yet; 1 taken back without an incident, so not timed",
    );
    assert.equal(card.drops[1]!.undone, true);
  });

  it("counts as rework what shipped while an incident of another drop was not mitigated", () => {
    const on22nd = (marks: Record<string, string>) =>
      incident("a", "drop-1", {
        started: "2026-11-22T09:05:00Z",
        detected: "2026-11-22T09:10:00Z",
        ...marks,
      });
    const rework = (events: LedgerEvent[]) => score(2, events).dora;
    const open = rework(on22nd({}));
    assert.deepEqual([open.rework, open.reworkRate], [1, 0.5]);
    assert.equal(doraWords(open)[2], "Deployment rework rate: 50 % (1 drop shipped because of an incident)");
    assert.equal(rework(on22nd({ mitigated: "09:30" })).rework, 1, "the fix itself");
    assert.equal(rework(on22nd({ mitigated: "2026-11-22T12:00:00Z" })).rework, 0);
    const own = incident("a", "drop-2", {
      started: "2026-11-22T09:05:00Z",
      detected: "2026-11-22T09:10:00Z",
    });
    assert.equal(rework(own).rework, 0, "its own incident");
    assert.equal(rework([]).reworkRate, 0);
  });

  it("tells drills since the oldest of the drops, and overrides for good", () => {
    const drill = (when: string, outcome: string) =>
      event("drill", at(when), { subject: "drop/drop-1", data: { outcome, durationMs: 1, targetMs: 2 } });
    const override = event("override", at("09:30"), { subject: `commit/${sha(1)}`, data: { why: "hot" } });
    const card = score(1, [
      drill("08:00", "passed"),
      drill("10:00", "failed"),
      drill("11:00", "passed"),
      override,
    ]);
    assert.deepEqual(card.drills, { held: 2, passed: 1, inTime: 1, last: at("11:00") });
    assert.deepEqual([card.overrides, card.drops[0]!.overrides], [1, [override]]);
  });
});

describe("the adoption of a policy", () => {
  it("is the next four drops from the day that it landed, and later ones change nothing of it", () => {
    const release = releaseOf(7, incident("a", "drop-3", { started: "09:00", detected: "09:10" }));
    const landed = release.drops[5]!.shippedAt - 1;
    const adoption = adoptionOf(release, landed, at("23:00"));
    assert.deepEqual(
      adoption.drops.map(({ drop }) => drop.tag),
      ["drop-2", "drop-3", "drop-4", "drop-5"],
    );
    assert.equal(adoption.scorecard!.pillars.detect.met, 1);
  });

  it("says how many are still to come", () => {
    const release = releaseOf(3, []);
    assert.equal(adoptionOf(release, release.drops[0]!.shippedAt, at("23:00")).drops.length, 1);
    assert.deepEqual(adoptionOf(release, null, at("23:00")), {
      landedAt: null,
      wanted: 4,
      drops: [],
      scorecard: null,
    });
  });
});
