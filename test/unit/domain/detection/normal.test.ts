import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Baseline,
  BLOCK_MS,
  baselineOf,
  normalStretches,
  normalsOf,
  upperLimit,
} from "../../../../src/domain/detection/normal.ts";
import { Dice } from "../../../support/dice.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHIPPED = Date.parse("2026-11-23T10:00:00Z");

describe("where normal is read", () => {
  it("is a day from one day and from one week before, never past the drop", () => {
    assert.deepEqual(normalStretches(SHIPPED, DAY, []), [{ from: SHIPPED - DAY, to: SHIPPED }]);
    assert.deepEqual(normalStretches(SHIPPED, 7 * DAY, []), [
      { from: SHIPPED - 7 * DAY, to: SHIPPED - 6 * DAY },
    ]);
    assert.deepEqual(normalStretches(SHIPPED, HOUR, []), [{ from: SHIPPED - DAY, to: SHIPPED }]);
  });

  it("leaves out what an open incident covers, however incidents lie", () => {
    const stretch = fc.tuple(fc.integer({ min: -30, max: 30 }), fc.nat(20));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 6 }), (hours) => {
        const incidents = hours.map(([from, length]) => ({
          from: SHIPPED + from * HOUR,
          to: SHIPPED + (from + length) * HOUR,
        }));
        const stretches = normalStretches(SHIPPED, DAY, incidents);
        for (let hour = -30; hour < 10; hour++) {
          const middle = SHIPPED + (hour + 0.5) * HOUR;
          const covers = ({ from, to }: { from: number; to: number }) => from <= middle && middle < to;
          const wanted = hour >= -24 && hour < 0 && !incidents.some(covers);
          assert.equal(stretches.filter(covers).length, wanted ? 1 : 0);
        }
      }),
    );
  });

  it("is no normal with less than twelve hours in it", () => {
    const hours = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        from: SHIPPED - (i + 1) * HOUR,
        at: SHIPPED - i * HOUR,
        bad: 1,
        all: 100,
      }));
    assert.equal(baselineOf("1d", hours(11), SHIPPED), null);
    assert.equal(baselineOf("1d", hours(12), SHIPPED)?.blocks.length, 12);
  });
});

const baseline = (
  name: string,
  first: number,
  count: (block: number) => [bad: number, all: number],
): Baseline => ({
  name,
  blocks: Array.from({ length: 288 }, (_, i) => {
    const [bad, all] = count(first + i);
    return { index: first + i, bad, all };
  }),
});
const drawn = (name: string, first: number, mean: (block: number) => number, dice: Dice) =>
  baseline(name, first, (block) => [dice.poisson(mean(block)), 1000]);

describe("normal", () => {
  it("of baselines that agree is both together", () => {
    const dice = new Dice(1);
    const [one, week] = [drawn("1d", -288, () => 5, dice), drawn("7d", -2016, () => 5, dice)];
    const normals = normalsOf([one, week], 0.001);
    assert.deepEqual(
      normals.map(({ name, blocks, all }) => [name, blocks, all]),
      [["1d and 7d", 576, 576_000]],
    );
    const [alone] = normalsOf([one], 0.001);
    assert.ok(normals[0]!.limitsAt(0).strict < alone!.limitsAt(0).strict);
  });

  it("of baselines that clearly differ is each", () => {
    const dice = new Dice(1);
    const normals = normalsOf([drawn("1d", -288, () => 5, dice), drawn("7d", -2016, () => 8, dice)], 0.001);
    assert.deepEqual(
      normals.map(({ name }) => name),
      ["1d", "7d"],
    );
  });

  it("of independent events has the exact limit, and hardly any spread of its own", () => {
    const [normal] = normalsOf([drawn("1d", -288, () => 5, new Dice(3))], 0.001);
    const { bad, all, overdispersion, bursty, burstiness } = normal!;
    assert.ok(overdispersion >= 1 && overdispersion < 1.3);
    assert.ok(!bursty && burstiness < 0.1);
    const { strict, usual } = normal!.limitsAt(0);
    assert.ok(usual < strict);
    assert.ok(Math.abs(strict - upperLimit(bad / overdispersion, all / overdispersion, 0.001)) < 1e-12);
  });

  it("tells bursts, also where they lie across our blocks", () => {
    for (const late of [0, 0.5]) {
      const dice = new Dice(4);
      let last = dice.exponential();
      const [normal] = normalsOf(
        [
          baseline("1d", -288, () => {
            const next = dice.exponential();
            const factor = late * last + (1 - late) * next;
            last = next;
            return [dice.poisson(50 * factor), 10_000];
          }),
        ],
        0.001,
      );
      assert.ok(normal!.bursty);
      assert.ok(normal!.burstiness > 0.8 && normal!.burstiness < 2, String(normal!.burstiness));
      assert.ok(normal!.overdispersion > 30, String(normal!.overdispersion));
    }
  });

  it("counts its blocks that were as bad", () => {
    const [normal] = normalsOf([baseline("1d", -288, (block) => [((block % 288) + 288) % 4, 100])], 0.001);
    assert.deepEqual(
      [0, 0.01, 0.015, 0.03, 0.031].map((rate) => normal!.blocksAtLeast(rate)),
      [288, 216, 144, 72, 0],
    );
  });

  it("goes by the same hours of the day where these clearly differ from the day", () => {
    const placeOf = (block: number) => (block + 288 * 7) % 288;
    const uneven = (block: number) => {
      const place = placeOf(block);
      return Math.abs(place - 60) < 30 ? 15 : Math.abs(place - 200) < 30 ? 1 : 5;
    };
    const [normal] = normalsOf([drawn("1d", -288, uneven, new Dice(5))], 0.001);
    const rate = normal!.bad / normal!.all;
    const strictAt = (block: number) => normal!.limitsAt(block).strict;
    assert.ok(strictAt(60) > 2 * rate && strictAt(60) < 4 * rate);
    assert.ok(strictAt(200) < rate / 2);
    assert.equal(strictAt(348), strictAt(60));
    const [even] = normalsOf([drawn("1d", -288, () => 5, new Dice(6))], 0.001);
    assert.equal(even!.limitsAt(60).strict, even!.limitsAt(200).strict);
  });

  it("is not bursty for its ups and downs over the day", () => {
    const wave = (block: number) => 50 * (1 + 0.5 * Math.sin((2 * Math.PI * block) / 288));
    const [normal] = normalsOf([drawn("1d", -288, wave, new Dice(7))], 0.001);
    assert.ok(!normal!.bursty && normal!.overdispersion < 1.5, String(normal!.overdispersion));
  });

  it("without a bad event still has a limit; without events there is none", () => {
    const [normal] = normalsOf([baseline("1d", -288, () => [0, 100])], 0.001);
    assert.ok(Math.abs(normal!.limitsAt(0).strict - (1 - 0.001 ** (1 / 28_800))) < 1e-12);
    assert.deepEqual(normalsOf([baseline("1d", -288, () => [0, 0])], 0.001), []);
    assert.equal(BLOCK_MS, 300_000);
  });
});
