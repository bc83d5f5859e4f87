import type { Dice } from "../support/dice.ts";

/** Scrapes of a watch, their length, and how long it is watched. */
export const STEP_MS = 30_000;
export const STEPS_PER_BLOCK = 10;
export const WATCH_BLOCKS = 12;
export const STEPS = WATCH_BLOCKS * STEPS_PER_BLOCK;
export const DAY_BLOCKS = 288;
/** The share of events that are bad when nothing is wrong. */
export const NORMAL_RATE = 0.005;

export interface World {
  name: string;
  /** The bad rate of each five minutes has a gamma factor of mean 1 and coefficient of variation 1. */
  bursty: boolean;
  /** Traffic and bad rate swing by half over the day, each at its own hours. */
  daily: boolean;
}

export const WORLDS: readonly World[] = [
  { name: "steady", bursty: false, daily: false },
  { name: "bursty", bursty: true, daily: false },
  { name: "daily", bursty: false, daily: true },
  { name: "bursty and daily", bursty: true, daily: true },
];

/** Counts, one for each step or block, oldest first. */
export interface Counts {
  bad: Float64Array;
  all: Float64Array;
}

/** A watched hour and what lay before it. */
export interface Watched {
  watch: Counts;
  /** Blocks of the 24 hours up to the drop, and of those that began a week before it. */
  dayBefore: Counts;
  weekBefore: Counts;
  /** The minutes of the last hour before the drop; dayBefore holds them too. */
  minutesBefore: Counts;
}

/**
 * One watched hour after a drop at a random time of a day.
 * @param perMinute Events, on average over a day.
 * @param times How much worse the drop made the bad rate, from `begins` steps into the watch.
 */
export function watchedHour(
  world: World,
  perMinute: number,
  times: number,
  dice: Dice,
  { begins = 0, factor = () => dice.exponential() }: { begins?: number; factor?: () => number } = {},
): Watched {
  const hour = dice.uniform() * 2 * Math.PI;
  const lag = dice.uniform() * 2 * Math.PI;
  // The service's bursts keep their own five minutes, not ours.
  const phase = Math.floor(dice.uniform() * STEPS_PER_BLOCK);
  const late = phase / STEPS_PER_BLOCK;
  const stepAll = (perMinute * STEP_MS) / 60_000;
  const stepsADay = DAY_BLOCKS * STEPS_PER_BLOCK;
  const traffic = (step: number) =>
    world.daily ? 1 + 0.5 * Math.sin(hour + (2 * Math.PI * step) / stepsADay) : 1;
  const rate = (step: number) =>
    world.daily
      ? NORMAL_RATE * (1 + 0.5 * Math.sin(hour + lag + (2 * Math.PI * step) / stepsADay))
      : NORMAL_RATE;
  const burst = () => (world.bursty ? factor() : 1);

  const draw = (counts: Counts, i: number, events: number, share: number) => {
    const p = Math.min(1, share);
    const bad = dice.poisson(events * p);
    counts.bad[i] = bad;
    counts.all[i] = bad + dice.poisson(events * (1 - p));
  };
  const blocksFrom = (first: number, count: number, factors: readonly number[]): Counts => {
    const counts = emptyCounts(count);
    for (let i = 0; i < count; i++) {
      const step = (first + i + 0.5) * STEPS_PER_BLOCK;
      const mixed = late * factors[i]! + (1 - late) * factors[i + 1]!;
      draw(counts, i, STEPS_PER_BLOCK * stepAll * traffic(step), rate(step) * mixed);
    }
    return counts;
  };
  const finer = (
    first: number,
    count: number,
    width: number,
    factors: readonly number[],
    worse: (i: number) => number,
  ) => {
    const counts = emptyCounts(count);
    for (let i = 0; i < count; i++) {
      const own = factors[Math.floor((i * width - phase) / STEPS_PER_BLOCK) + 1]!;
      const step = first + (i + 0.5) * width;
      draw(counts, i, width * stepAll * traffic(step), rate(step) * own * worse(i));
    }
    return counts;
  };

  const factors = (count: number) => Array.from({ length: count }, burst);
  const weekBefore = blocksFrom(-7 * DAY_BLOCKS, DAY_BLOCKS, factors(DAY_BLOCKS + 1));
  const before = factors(DAY_BLOCKS + 1);
  const early = blocksFrom(-DAY_BLOCKS, DAY_BLOCKS - WATCH_BLOCKS, before);
  const lastHour = before.slice(DAY_BLOCKS - WATCH_BLOCKS);
  const minutesBefore = finer(-STEPS, 60, STEPS / 60, lastHour, () => 1);
  const dayBefore = emptyCounts(DAY_BLOCKS);
  dayBefore.bad.set(early.bad);
  dayBefore.all.set(early.all);
  for (let i = 0; i < 60; i++) {
    const block = DAY_BLOCKS - WATCH_BLOCKS + Math.floor(i / 5);
    dayBefore.bad[block]! += minutesBefore.bad[i]!;
    dayBefore.all[block]! += minutesBefore.all[i]!;
  }
  const after = [before.at(-1)!, ...factors(WATCH_BLOCKS)];
  const watch = finer(0, STEPS, 1, after, (i) => (i >= begins ? times : 1));
  return { watch, dayBefore, weekBefore, minutesBefore };
}

const emptyCounts = (size: number): Counts => ({ bad: new Float64Array(size), all: new Float64Array(size) });
