import assert from "node:assert/strict";
import fc from "fast-check";
import { burstyBlocks, Evidence, independentEvents } from "../../../../src/domain/detection/evidence.ts";
import { BLOCK_MS, logGamma, type Normal } from "../../../../src/domain/detection/normal.ts";
import { Dice } from "../../../support/dice.ts";

const RATIOS = 16;

const exact = (rate: number) => ({ likely: rate, strict: rate, usual: rate });

/** A normal that is known exactly. */
const known = (rate: number, more: Partial<Normal> = {}): Normal => ({
  name: "known",
  bad: rate * 1e6,
  all: 1e6,
  blocks: 288,
  overdispersion: 1,
  burstiness: 0,
  bursty: false,
  blocksAtLeast: () => 0,
  limitsAt: () => exact(rate),
  ...more,
});

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("the evidence of one block", () => {
  it("never gains on average, whatever independent share below `worse` times normal is true", () => {
    fc.assert(
      fc.property(
        share(0.0001, 0.6),
        share(0, 1),
        share(1, 2),
        fc.integer({ min: 1, max: 40 }),
        (limit, part, worse, all) => {
          const truth = Math.min(1, worse * limit) * part;
          const means = new Float64Array(RATIOS);
          const gains = new Float64Array(RATIOS);
          for (let bad = 0; bad <= all; bad++) {
            const chance = binomial(bad, all, truth);
            independentEvents(worse).fill(gains, bad, all, exact(limit));
            for (let i = 0; i < RATIOS; i++) means[i]! += Math.exp(chance + gains[i]!);
          }
          assert.ok(Math.max(...means) <= 1 + 1e-9, String(means));
        },
      ),
    );
  });

  it("never gains on average, whatever rate up to normal has gamma bursts like normal's", () => {
    fc.assert(
      fc.property(
        share(0.01, 10),
        share(0.01, 1),
        share(0.05, 3),
        fc.boolean(),
        (expected, part, burstiness, bursty) => {
          const model = burstyBlocks(known(0.01, { burstiness, bursty }));
          const means = new Float64Array(RATIOS);
          const gains = new Float64Array(RATIOS);
          for (let bad = 0; bad < 3000; bad++) {
            const chance = negativeBinomial(bad, expected * part, 1 / burstiness);
            model.fill(gains, bad, expected * 100, exact(0.01));
            for (let i = 0; i < RATIOS; i++) means[i]! += Math.exp(chance + gains[i]!);
          }
          assert.ok(Math.max(...means) <= 1 + 1e-6, String(means));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("is worth nothing where all events may be bad", () => {
    const gains = new Float64Array(RATIOS).fill(5);
    independentEvents(1.5).fill(gains, 10, 10, exact(0.7));
    assert.ok(gains.every((gain) => gain === 0));
  });

  it("is bounded where normal is bursty, however bad the block", () => {
    const gains = new Float64Array(RATIOS);
    const model = burstyBlocks(known(0.005, { burstiness: 1, bursty: true }));
    model.fill(gains, 15_000, 15_000, exact(0.005));
    assert.ok(Math.max(...gains) <= (2 / 3) * Math.log(289) + 1e-12);
    const seenBefore = known(0.005, { burstiness: 1, bursty: true, blocksAtLeast: () => 7 });
    burstyBlocks(seenBefore).fill(gains, 15_000, 15_000, exact(0.005));
    assert.ok(Math.max(...gains) <= (2 / 3) * Math.log(289) - Math.log(8) + 1e-12);
  });
});

/** Paths of an hour, thirty seconds a step; how many ever reach 1/risk, and the mean where each stopped. */
function watched(paths: number, risk: number, path: (dice: Dice) => { next(step: number): number }) {
  const dice = new Dice(11);
  let alarms = 0;
  let atStop = 0;
  for (let i = 0; i < paths; i++) {
    const { next } = path(dice);
    let reached = false;
    let stopped: number | null = null;
    for (let step = 0; step < 120; step++) {
      const evidence = Math.exp(next(step));
      reached ||= evidence >= 1 / risk;
      // A stopping rule that looks for what it likes.
      if (stopped === null && (evidence > 3 || step === 119)) stopped = evidence;
    }
    if (reached) alarms++;
    atStop += stopped!;
  }
  return { share: alarms / paths, atStop: atStop / paths };
}

describe("the evidence over an hour", () => {
  const PATHS = 2000;
  const RISK = 0.05;
  // Three standard errors above the promise.
  const MOST = RISK + 3 * Math.sqrt((RISK * (1 - RISK)) / PATHS);

  it("keeps its promise at the limit itself, however often one looks", () => {
    const { share, atStop } = watched(PATHS, RISK, (dice) => {
      const evidence = new Evidence(independentEvents(1.5), known(0.02));
      return {
        next(step) {
          const bad = dice.poisson(100 * 0.03);
          return evidence.add((step + 0.5) * 30_000, bad, Math.max(bad, 100));
        },
      };
    });
    assert.ok(share <= MOST, String(share));
    assert.ok(share > 0.001, "a promise that is never tested is none");
    assert.ok(atStop < 1.15, String(atStop));
  });

  it("keeps it where the rate wanders below the limit", () => {
    const { share } = watched(PATHS, RISK, (dice) => {
      const evidence = new Evidence(independentEvents(1.5), known(0.02));
      return {
        next(step) {
          const bad = dice.poisson(100 * 0.03 * (step % 7 < 3 ? 1 : dice.uniform()));
          return evidence.add((step + 0.5) * 30_000, bad, 100);
        },
      };
    });
    assert.ok(share <= MOST, String(share));
  });

  it("keeps it in bursts like normal's", () => {
    const { share } = watched(PATHS, RISK, (dice) => {
      const evidence = new Evidence(burstyBlocks(known(0.02, { burstiness: 1, bursty: true })), known(0.02));
      let factor = 1;
      return {
        next(step) {
          if (step % 10 === 0) factor = dice.exponential();
          return evidence.add((step + 0.5) * 30_000, dice.poisson(2 * factor), 100);
        },
      };
    });
    assert.ok(share <= MOST, String(share));
    assert.ok(share > 0.001);
  });

  it("weighs a change that begins late without the calm before it, and tells when it began", () => {
    const evidence = new Evidence(independentEvents(1.5), known(0.01));
    for (let block = 0; block < 100; block++) evidence.add((block + 0.5) * BLOCK_MS, 1, 100);
    const late = evidence.add(100.5 * BLOCK_MS, 30, 100);
    assert.ok(late > Math.log(10_000), String(late));
    assert.equal(evidence.likelyStart(), 100);
  });

  it("gives the same for one increment of a block as for its parts, and passes over blocks without events", () => {
    const whole = new Evidence(independentEvents(1.5), known(0.01));
    const parts = new Evidence(independentEvents(1.5), known(0.01));
    parts.add(1000, 2, 50);
    assert.equal(parts.add(2000, 3, 50), whole.add(1500, 5, 100));
    const later = 7.5 * BLOCK_MS;
    assert.ok(Math.abs(parts.add(later, 3, 50) - whole.add(later, 3, 50)) < 1e-12);
  });
});

/** Logarithms of chances: they meet gains that are larger than numbers go. */
function binomial(bad: number, all: number, p: number): number {
  if (p === 0 || p === 1) return bad === all * p ? 0 : Number.NEGATIVE_INFINITY;
  const ways = logGamma(all + 1) - logGamma(bad + 1) - logGamma(all - bad + 1);
  return ways + bad * Math.log(p) + (all - bad) * Math.log1p(-p);
}

function negativeBinomial(bad: number, mean: number, shape: number): number {
  const ways = logGamma(bad + shape) - logGamma(bad + 1) - logGamma(shape);
  return ways + bad * Math.log(mean / (mean + shape)) + shape * Math.log(shape / (mean + shape));
}
