import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Comparison,
  type ComparisonVerdict,
  compare,
  risksOf,
  worstVariant,
} from "../../../../src/domain/detection/comparison.ts";
import { type Increment, incrementsOf, type Sample } from "../../../../src/domain/detection/counters.ts";
import { type Baseline, baselineOf } from "../../../../src/domain/detection/normal.ts";
import { ourAlarm } from "../../../bench/detectionMethods.ts";
import { WORLDS, watchedHour } from "../../../bench/detectionWorlds.ts";
import { Dice } from "../../../support/dice.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const SHIPPED = Date.parse("2026-11-23T10:00:00Z");
const LAW = { worse: 1.5, falseAlarms: 0.001, tests: 1 };

function increments(from: number, minutes: number, perMinute: number, rate: number, dice: Dice): Increment[] {
  return Array.from({ length: minutes }, (_, i) => {
    const bad = dice.poisson(perMinute * rate);
    const start = from + i * MINUTE;
    return { from: start, at: start + MINUTE, bad, all: bad + dice.poisson(perMinute * (1 - rate)) };
  });
}

function normal(perMinute: number, rate: number, dice = new Dice(7)): Baseline[] {
  return [1, 7].map((days) => {
    const counted = increments(SHIPPED - days * DAY, 1440, perMinute, rate, dice);
    return baselineOf(`${days}d`, counted, SHIPPED)!;
  });
}

function after(minutes: number, perMinute: number, rate: number, seed = 8): ComparisonVerdict {
  const watch = increments(SHIPPED, minutes, perMinute, rate, new Dice(seed));
  return compare(LAW, SHIPPED, normal(60, 0.005), watch, SHIPPED + minutes * MINUTE);
}

describe("a comparison with normal", () => {
  it("finds a tenfold rate within minutes, and says by which numbers", () => {
    const verdict = after(30, 60, 0.05);
    assert.equal(verdict.state, "regressed");
    assert.ok(verdict.regressedAt! - SHIPPED <= 10 * MINUTE);
    assert.ok(verdict.mostEvidence >= verdict.needed && verdict.mostEvidence >= verdict.evidence);
    assert.equal(verdict.began, SHIPPED);
    assert.deepEqual([verdict.badSince, verdict.allSince], [verdict.bad, verdict.all]);
    assert.ok(verdict.bad > 50 && verdict.all > 1600);
    assert.equal(verdict.normal!.name, "1d and 7d");
    assert.ok(verdict.normal!.limit > 1.5 * 0.005 && verdict.normal!.limit < 2 * 0.005);
    assert.equal(verdict.blocks.length, 6);
    assert.equal(
      verdict.blocks.reduce((sum, { bad }) => sum + bad, 0),
      verdict.bad,
    );
    assert.ok(verdict.blocks.every(({ limit }) => limit === verdict.normal!.limit));
  });

  it("is calm where nothing changed, once there was traffic enough to tell", () => {
    const early = after(1, 60, 0.005);
    assert.equal(early.state, "notEnoughTraffic");
    assert.ok(early.all < early.enough);
    const later = after(30, 60, 0.005);
    assert.equal(later.state, "calm");
    assert.ok(later.all >= later.enough && later.enough > 100, String(later.enough));
    assert.ok(early.tenfold > 1 / 20 && later.tenfold < 1 / 20);
  });

  it("leaves less than `worse` times normal alone", () => {
    assert.equal(after(240, 300, 0.005 * 1.4).state, "calm");
    assert.equal(after(240, 300, 0.005 * 3).state, "regressed");
  });

  it("is suspicious before it is sure", () => {
    const watch = increments(SHIPPED, 30, 60, 0.05, new Dice(8));
    const comparison = new Comparison(LAW, SHIPPED, normal(60, 0.005));
    const states = watch.map((increment) => {
      comparison.add(increment);
      return comparison.verdictAt(increment.at).state;
    });
    assert.deepEqual([...new Set(states)], ["notEnoughTraffic", "suspicious", "regressed"]);
  });

  it("keeps what it found, though the evidence wanes", () => {
    const bad = increments(SHIPPED, 10, 60, 0.1, new Dice(9));
    const good = increments(SHIPPED + 10 * MINUTE, 300, 60, 0, new Dice(10));
    const verdict = compare(LAW, SHIPPED, normal(60, 0.005), [...bad, ...good], SHIPPED + 310 * MINUTE);
    assert.equal(verdict.state, "regressed");
    assert.ok(verdict.evidence < verdict.needed);
  });

  it("finds a change that begins late, and tells when it began", () => {
    const watch = [
      ...increments(SHIPPED, 120, 60, 0.005, new Dice(11)),
      ...increments(SHIPPED + 120 * MINUTE, 30, 60, 0.05, new Dice(12)),
    ];
    const verdict = compare(LAW, SHIPPED, normal(60, 0.005), watch, SHIPPED + 150 * MINUTE);
    assert.equal(verdict.state, "regressed");
    assert.ok(verdict.regressedAt! <= SHIPPED + 135 * MINUTE);
    assert.ok(Math.abs(verdict.began - (SHIPPED + 120 * MINUTE)) <= 5 * MINUTE);
    assert.ok(verdict.badSince < verdict.bad && verdict.allSince < verdict.all);
  });

  it("is never calm while traffic has stopped", () => {
    const watch = increments(SHIPPED, 30, 60, 0.005, new Dice(13));
    const at = SHIPPED + 45 * MINUTE;
    const stopped = compare(LAW, SHIPPED, normal(60, 0.005), watch, at);
    assert.deepEqual([stopped.state, stopped.silentSince], ["notEnoughTraffic", SHIPPED + 30 * MINUTE]);
    const zeros = [{ from: SHIPPED + 30 * MINUTE, at, bad: 0, all: 0 }];
    const counted = compare(LAW, SHIPPED, normal(60, 0.005), [...watch, ...zeros], at);
    assert.deepEqual([counted.state, counted.silentSince], ["notEnoughTraffic", SHIPPED + 30 * MINUTE]);
  });

  it("says nothing where no normal is known, or where everything may be bad", () => {
    const watch = increments(SHIPPED, 60, 60, 0.9, new Dice(14));
    const at = SHIPPED + 60 * MINUTE;
    const blind = compare(LAW, SHIPPED, [], watch, at);
    assert.deepEqual([blind.state, blind.normal, blind.enough], ["notEnoughTraffic", null, Infinity]);
    const hopeless = compare(LAW, SHIPPED, normal(60, 0.8), watch, at);
    assert.deepEqual([hopeless.state, hopeless.enough], ["notEnoughTraffic", Infinity]);
  });

  it("must exceed every baseline where they clearly differ", () => {
    const dice = new Dice(15);
    const day = (days: number, rate: number) =>
      baselineOf(`${days}d`, increments(SHIPPED - days * DAY, 1440, 60, rate, dice), SHIPPED)!;
    const watch = increments(SHIPPED, 60, 60, 0.02, new Dice(16));
    const at = SHIPPED + 60 * MINUTE;
    assert.equal(compare(LAW, SHIPPED, [day(1, 0.005)], watch, at).state, "regressed");
    const both = compare(LAW, SHIPPED, [day(1, 0.005), day(7, 0.02)], watch, at);
    assert.deepEqual([both.state, both.normal!.name], ["calm", "7d"]);
  });

  it("lets the worst variant speak, whatever their order", () => {
    const of = (name: string, minutes: number, rate: number) => ({ name, verdict: after(minutes, 60, rate) });
    const variants = [of("off", 30, 0.005), of("new", 30, 0.05), of("b", 30, 0.2), of("c", 1, 0.005)];
    for (const order of [variants, [...variants].reverse()]) assert.equal(worstVariant(order)!.name, "b");
    assert.equal(worstVariant([variants[0]!, variants[3]!])!.name, "c");
    assert.equal(worstVariant([]), null);
  });

  it("shares the false alarms between the tests", () => {
    const one = risksOf(LAW);
    assert.ok(Math.abs(one.limit + one.watch - 0.001) < 1e-15);
    const four = risksOf({ ...LAW, tests: 4 });
    assert.ok(Math.abs(four.limit + four.watch - 0.00025) < 1e-15);
  });

  it("passes over what came before the watch, and an increment that came again", () => {
    const watch = increments(SHIPPED, 20, 60, 0.02, new Dice(17));
    const before = increments(SHIPPED - 10 * MINUTE, 10, 60, 1, new Dice(18));
    const across = { from: SHIPPED - MINUTE, at: SHIPPED + MINUTE, bad: 50, all: 50 };
    const at = SHIPPED + 20 * MINUTE;
    const again = [...before, across, ...watch.flatMap((increment) => [increment, increment])];
    assert.deepEqual(
      compare(LAW, SHIPPED, normal(60, 0.005), again, at),
      compare(LAW, SHIPPED, normal(60, 0.005), watch, at),
    );
  });

  it("refuses what is no count", () => {
    const comparison = new Comparison(LAW, SHIPPED, normal(60, 0.005));
    for (const [bad, all] of [
      [Number.NaN, 10],
      [1, Number.NaN],
      [-1, 10],
      [11, 10],
      [1, Number.POSITIVE_INFINITY],
    ] as const) {
      assert.throws(() => comparison.add({ from: SHIPPED, at: SHIPPED + MINUTE, bad, all }), RangeError);
    }
  });

  it("comes to the same verdict in whatever order, and how often, samples came", () => {
    const dice = new Dice(19);
    const counter = (mean: number): Sample[] => {
      let value = 5000;
      return Array.from({ length: 41 }, (_, i) => {
        value += dice.poisson(mean);
        return { at: SHIPPED + i * 15_000, value };
      });
    };
    const [all, bad] = [counter(100), counter(1)];
    const baselines = normal(400, 0.005);
    const verdictOf = (a: readonly Sample[], b: readonly Sample[]) => {
      const counted = incrementsOf({ all: [{ key: "", samples: a }], bad: [{ key: "", samples: b }] });
      return compare(LAW, SHIPPED, baselines, counted, SHIPPED + 10 * MINUTE);
    };
    const expected = verdictOf(all, bad);
    const shuffled = (samples: Sample[]) =>
      fc
        .tuple(fc.shuffledSubarray(samples, { minLength: samples.length }), fc.subarray(samples))
        .map(([order, again]) => [...order, ...again]);
    fc.assert(
      fc.property(shuffled(all), shuffled(bad), (a, b) => assert.deepEqual(verdictOf(a, b), expected)),
      { numRuns: 30 },
    );
  });

  it("loses no events to missing scrapes, and finds with them what it finds without", () => {
    const dice = new Dice(20);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), share(0.1, 0.7), (seed, missing) => {
        const coin = new Dice(seed);
        const watch = increments(SHIPPED, 60, 60, 0.05, dice);
        const merged: Increment[] = [];
        let open: Increment | null = null;
        for (const [i, { from, at, bad, all }] of watch.entries()) {
          open = open
            ? { from: open.from, at, bad: open.bad + bad, all: open.all + all }
            : { from, at, bad, all };
          if (i < watch.length - 1 && coin.uniform() < missing) continue;
          merged.push(open);
          open = null;
        }
        const verdict = compare(LAW, SHIPPED, normal(60, 0.005), merged, SHIPPED + 60 * MINUTE);
        assert.equal(verdict.state, "regressed");
        assert.equal(
          verdict.all,
          watch.reduce((sum, { all }) => sum + all, 0),
        );
      }),
      { numRuns: 10 },
    );
  });

  it("keeps its promise through resets, missing, repeated and late samples, at every reading", () => {
    // Without a margin, and with a promise that so few hours can put to the test.
    const law = { worse: 1, falseAlarms: 0.2, tests: 1 };
    const dice = new Dice(22);
    const hours = 100;
    let alarms = 0;
    for (let hour = 0; hour < hours; hour++) {
      const baselines = normal(200, 0.02, dice);
      const arrivals = disturbed(60, 200, 0.02, dice);
      const readings = Array.from({ length: 20 }, (_, i) => SHIPPED + (i + 1) * 3 * MINUTE);
      const alarmed = readings.some((at) => {
        const known = arrivals.filter(({ arrives }) => arrives <= at);
        const counter = (key: "all" | "bad") => [
          { key: "", samples: known.map((sample) => ({ at: sample.at, value: sample[key] })) },
        ];
        const counted = incrementsOf({ all: counter("all"), bad: counter("bad") });
        return compare(law, SHIPPED, baselines, counted, at).regressedAt !== null;
      });
      if (alarmed) alarms++;
    }
    assert.ok(alarms / hours <= 0.2, String(alarms));
    assert.ok(alarms > 0, "a promise that is never tested is none");
  });

  it("calls no tenfold rate calm at any reading, but in one watch of twenty", () => {
    const dice = new Dice(23);
    for (const rateOf of [() => 0.05, () => 0.05 * dice.exponential()]) {
      let cleared = 0;
      const watches = 150;
      const block = (from: number, rate: () => number) =>
        Array.from(
          { length: 288 },
          (_, i) => increments(from + i * 5 * MINUTE, 1, 100, rate(), dice)[0]!,
        ).map((each) => ({ ...each, at: each.from + 5 * MINUTE }));
      const baselines = [
        baselineOf(
          "1d",
          block(SHIPPED - DAY, () => rateOf() / 10),
          SHIPPED,
        )!,
      ];
      for (let i = 0; i < watches; i++) {
        const comparison = new Comparison(LAW, SHIPPED, baselines);
        let calm = false;
        for (let part = 0; part < 6; part++) {
          for (const each of increments(SHIPPED + part * 5 * MINUTE, 5, 20, rateOf(), dice)) {
            comparison.add(each);
            calm ||= comparison.verdictAt(each.at).state === "calm";
          }
        }
        if (calm) cleared++;
      }
      assert.ok(cleared / watches <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / watches), String(cleared));
    }
  });

  it("raises hardly a false alarm in any world, and finds what is ten times worse", () => {
    for (const [w, world] of WORLDS.entries()) {
      const dice = new Dice(100 + w);
      const alarms = (perMinute: number, times: number, hours: number) =>
        Array.from({ length: hours }, () => ourAlarm(watchedHour(world, perMinute, times, dice))).filter(
          (step) => step !== null && step <= 60,
        ).length;
      assert.ok(alarms(60, 1, 250) <= 1, world.name);
      assert.ok(alarms(300, 10, 50) >= 30, world.name);
    }
  });
});

/** What a process showed each minute, with restarts, and when each sample came: some never, twice, or minutes later. */
function disturbed(minutes: number, perMinute: number, rate: number, dice: Dice) {
  const samples: { at: number; arrives: number; all: number; bad: number }[] = [];
  let [all, bad] = [dice.poisson(1e5), dice.poisson(2000)];
  for (let minute = 0; minute <= minutes; minute++) {
    if (dice.uniform() < 0.03) [all, bad] = [0, 0];
    const failed = dice.poisson(perMinute * rate);
    bad += failed;
    all += failed + dice.poisson(perMinute * (1 - rate));
    const at = SHIPPED + minute * MINUTE;
    const fate = dice.uniform();
    if (fate < 0.1) continue;
    samples.push({ at, arrives: fate < 0.3 ? at + 7 * MINUTE : at, all, bad });
    if (fate > 0.9) samples.unshift({ at, arrives: at, all, bad });
  }
  return samples;
}

function share(min: number, max: number) {
  return fc.double({ min, max, noNaN: true });
}
