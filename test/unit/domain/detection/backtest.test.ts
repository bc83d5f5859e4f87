import assert from "node:assert/strict";
import {
  backtest,
  type Finding,
  type PastDrop,
  type PastIncident,
  replayBurn,
  replayComparison,
  summaryOf,
} from "../../../../src/domain/detection/backtest.ts";
import type { CounterSeries, EventCounters } from "../../../../src/domain/detection/counters.ts";
import { PROBE_DEFAULTS, replayProbe } from "../../../../src/domain/detection/probe.ts";
import { Dice } from "../../../support/dice.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const SHIPPED = Date.parse("2026-11-23T10:00:00Z");
const drop = (tag: string, week: number): PastDrop => {
  const shippedAt = SHIPPED - week * 7 * DAY;
  return { tag, shippedAt, endsAt: shippedAt + 30 * MINUTE };
};
const incident = (
  id: string,
  of: string | null,
  startedAt: number,
  endedAt: number | null = null,
): PastIncident => ({
  id,
  drop: of,
  startedAt,
  endedAt,
});
const finding = (alarmedAt: number | null, conclusive = true): Finding<string> => ({
  alarmedAt,
  conclusive,
  numbers: "n",
});

/** The findings by tag, and what became of them. */
function outcomes(findings: Record<string, Finding<string>>, incidents: PastIncident[]) {
  const drops = Object.keys(findings).map((tag, i) => drop(tag, i));
  return backtest(drops, incidents, ({ tag }) => findings[tag]!);
}

describe("a backtest", () => {
  it("tells found, missed, false and quiet, and what nobody could have seen", () => {
    const [a, b, c] = ["a", "b", "c"].map((tag, i) => drop(tag, i)) as [PastDrop, PastDrop, PastDrop];
    const rows = outcomes(
      {
        a: finding(a.shippedAt + 4 * MINUTE),
        b: finding(null),
        c: finding(c.shippedAt + 9 * MINUTE),
        d: finding(null),
        e: finding(null, false),
      },
      [incident("i1", "a", a.shippedAt + MINUTE), incident("i2", "b", b.shippedAt)],
    );
    assert.deepEqual(
      rows.map(({ outcome, incident, delay }) => [outcome, incident, delay]),
      [
        ["found", "i1", 3 * MINUTE],
        ["missed", "i2", null],
        ["false", null, 9 * MINUTE],
        ["quiet", null, null],
        ["unseen", null, null],
      ],
    );
    assert.deepEqual(summaryOf(rows), {
      drops: 5,
      found: 1,
      missed: 1,
      false: 1,
      quiet: 1,
      unseen: 1,
      medianDelay: 3 * MINUTE,
    });
    assert.equal(summaryOf([]).medianDelay, null);
  });

  it("gives an incident that names no drop to the watch that it began in", () => {
    const [a, b] = ["a", "b"].map((tag, i) => drop(tag, i)) as [PastDrop, PastDrop];
    const rows = outcomes({ a: finding(a.shippedAt + MINUTE), b: finding(b.shippedAt + MINUTE) }, [
      incident("i1", null, a.shippedAt + MINUTE),
      incident("i2", null, b.endsAt),
      incident("i3", "z", b.shippedAt),
    ]);
    assert.deepEqual(
      rows.map(({ outcome, incident }) => [outcome, incident]),
      [
        ["found", "i1"],
        ["false", null],
      ],
    );
  });

  it("does not count an alarm after the incident was over", () => {
    const a = drop("a", 0);
    const [row] = outcomes({ a: finding(a.shippedAt + 20 * MINUTE) }, [
      incident("i1", "a", a.shippedAt, a.shippedAt + 10 * MINUTE),
    ]);
    assert.equal(row!.outcome, "missed");
  });
});

describe("a replayed burn rate", () => {
  const LAW = { objective: 0.999, period: 30 * DAY, leastEvents: 10 };
  const past = drop("v1", 0);
  const minutes = (from: number, to: number, rate: number) =>
    Array.from({ length: (to - from) / MINUTE }, (_, i) => {
      const start = from + i * MINUTE;
      return { from: start, at: start + MINUTE, bad: 100 * rate, all: 100 };
    });
  const before = minutes(SHIPPED - DAY, SHIPPED, 0);

  it("alarms at the first reading that pages", () => {
    const { alarmedAt, numbers } = replayBurn(LAW, past, [...before, ...minutes(SHIPPED, past.endsAt, 0.2)]);
    assert.equal(numbers.state, "page");
    // 14.4 times 0.1 % of an hour at 100 a minute are 86.4 events: the fifth minute has 100.
    assert.equal(alarmedAt, SHIPPED + 5 * MINUTE);
  });

  it("is quiet where all is well, and tells nothing without traffic", () => {
    const quiet = replayBurn(LAW, past, [...before, ...minutes(SHIPPED, past.endsAt, 0)]);
    assert.deepEqual([quiet.alarmedAt, quiet.conclusive], [null, true]);
    const blind = replayBurn(LAW, past, []);
    assert.deepEqual([blind.alarmedAt, blind.conclusive, blind.numbers.state], [null, false, "noData"]);
  });
});

describe("a replayed probe", () => {
  const past = drop("v1", 0);
  const at = (minute: number, fault: string | null) => ({ at: SHIPPED + minute * MINUTE, fault });

  it("alarms at the second failure in a row, and looks at the watch alone", () => {
    const outside = [at(-1, "x"), at(0, "x"), at(31, "x"), at(32, "x")];
    const inside = [at(1, "x"), at(2, null), at(3, "x"), at(4, "x"), at(5, null)];
    const found = replayProbe(PROBE_DEFAULTS, past, [...outside, ...inside]);
    assert.deepEqual([found.alarmedAt, found.numbers.since], [SHIPPED + 4 * MINUTE, SHIPPED + 3 * MINUTE]);
    const none = replayProbe(PROBE_DEFAULTS, past, outside);
    assert.deepEqual([none.alarmedAt, none.conclusive], [null, false]);
  });
});

/** A service's counters: its rate by minute, scraped each minute. */
function counters(from: number, to: number, rateAt: (at: number) => number, dice: Dice): EventCounters {
  const all: CounterSeries = { key: "", samples: [] };
  const bad: CounterSeries = { key: "", samples: [] };
  const [allSamples, badSamples] = [
    all.samples as { at: number; value: number }[],
    bad.samples as { at: number; value: number }[],
  ];
  let counted = 0;
  let failed = 0;
  for (let at = from; at <= to; at += MINUTE) {
    const now = dice.poisson(100 * rateAt(at));
    failed += now;
    counted += now + dice.poisson(100 * (1 - rateAt(at)));
    allSamples.push({ at, value: counted });
    badSamples.push({ at, value: failed });
  }
  return { all: [all], bad: [bad] };
}

describe("a replayed comparison", () => {
  const LAW = { worse: 1.5, falseAlarms: 0.001, tests: 1 };
  const past = drop("v1", 0);

  function replay(rateAt: (at: number) => number, incidents: PastIncident[] = []) {
    const dice = new Dice(21);
    const before = [1, 7].map((days) => ({
      name: `${days}d`,
      before: days * DAY,
      counters: counters(SHIPPED - days * DAY, SHIPPED - (days - 1) * DAY, rateAt, dice),
    }));
    const watch = counters(past.shippedAt, past.endsAt + 60 * MINUTE, rateAt, dice);
    return replayComparison(LAW, past, { watch, before }, incidents);
  }

  it("finds a regression when it would have been seen, by the numbers of then", () => {
    const { alarmedAt, numbers } = replay((at) => (at > SHIPPED ? 0.05 : 0.005));
    assert.ok(alarmedAt! > SHIPPED && alarmedAt! <= SHIPPED + 10 * MINUTE);
    assert.deepEqual([numbers.state, numbers.at], ["regressed", alarmedAt]);
    assert.ok(numbers.all <= 100 * 12);
  });

  it("is quiet where nothing changed, and looks no further than the watch", () => {
    const quiet = replay((at) => (at > past.endsAt ? 0.5 : 0.005));
    assert.deepEqual([quiet.alarmedAt, quiet.conclusive, quiet.numbers.at], [null, true, past.endsAt]);
  });

  it("leaves out of normal what an open incident spoiled", () => {
    const spoiled = { from: SHIPPED - 8 * 60 * MINUTE, to: SHIPPED - 2 * 60 * MINUTE };
    const rate = (at: number) => (at > SHIPPED ? 0.03 : at > spoiled.from && at <= spoiled.to ? 0.3 : 0.005);
    const open = incident("i0", "v0", spoiled.from, spoiled.to);
    assert.equal(replay(rate).alarmedAt, null);
    assert.notEqual(replay(rate, [open]).alarmedAt, null);
  });

  it("tells nothing where an incident covers all of normal", () => {
    const always = incident("i0", "v0", SHIPPED - 30 * DAY, null);
    const { conclusive, numbers } = replay(() => 0.005, [always]);
    assert.deepEqual([conclusive, numbers.normal], [false, null]);
  });
});
