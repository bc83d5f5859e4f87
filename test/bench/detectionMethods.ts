import { Comparison } from "../../src/domain/detection/comparison.ts";
import { type Baseline, type Normal, normalsOf } from "../../src/domain/detection/normal.ts";
import { type Counts, DAY_BLOCKS, STEP_MS, STEPS, STEPS_PER_BLOCK, type Watched } from "./detectionWorlds.ts";

/** A way to find a regression: a number after each step, and the number from which it alarms. */
export interface Method {
  name: string;
  /** As people set it. */
  usual: number;
  /** -Infinity at steps where it does not look. */
  statistic(watched: Watched): Float64Array;
}

const FALSE_ALARMS = 0.001;

function baselines({ dayBefore, weekBefore }: Watched): Baseline[] {
  const of = (name: string, { bad, all }: Counts, first: number): Baseline => ({
    name,
    blocks: Array.from(bad, (some, i) => ({ index: first + i, bad: some, all: all[i]! })),
  });
  return [of("1d", dayBefore, -DAY_BLOCKS), of("7d", weekBefore, -7 * DAY_BLOCKS)];
}

const LAW = { worse: 1.5, falseAlarms: FALSE_ALARMS, tests: 1 };

/** The step after which the product calls it a regression, counted from 1; null where it does not. */
export function ourAlarm(watched: Watched): number | null {
  const comparison = new Comparison(LAW, 0, baselines(watched));
  const { bad, all } = watched.watch;
  for (let i = 0; i < STEPS; i++) {
    comparison.add({ from: i * STEP_MS, at: (i + 1) * STEP_MS, bad: bad[i]!, all: all[i]! });
    if (comparison.regressedAt !== null) return i + 1;
  }
  return null;
}

/** "> 2 % for 5 minutes", of a rate over five minutes. */
const fixedThreshold: Method = {
  name: "> 2 % for 5 min",
  usual: 0.02,
  statistic(watched) {
    const ratio = ratios(watched);
    const rates = Array.from({ length: STEPS + STEPS_PER_BLOCK }, (_, i) => ratio(i - STEPS_PER_BLOCK, 10));
    return Float64Array.from({ length: STEPS }, (_, i) =>
      Math.min(...rates.slice(i, i + STEPS_PER_BLOCK + 1)),
    );
  },
};

/** The SRE workbook's two pairs that page, for an objective of 99 %. */
const burnRate: Method = {
  name: "burn rate of 99 %",
  usual: 1,
  statistic(watched) {
    const ratio = ratios(watched);
    return Float64Array.from({ length: STEPS }, (_, i) => {
      const quick = Math.min(ratio(i, 120), ratio(i, 10)) / 14.4;
      const slow = Math.min(ratio(i, 720), ratio(i, 60)) / 6;
      return Math.max(quick, slow) / 0.01;
    });
  },
};

/** The share of bad events in so many steps up to and with a step of the watch; 0 where there were none. */
function ratios({ dayBefore, minutesBefore, watch }: Watched): (step: number, steps: number) => number {
  const history = 730;
  const bad = new Float64Array(history + STEPS + 1);
  const all = new Float64Array(history + STEPS + 1);
  for (let i = 0; i < history + STEPS; i++) {
    const step = i - history;
    const [counts, place, share] =
      step >= 0
        ? [watch, step, 1]
        : step >= -STEPS
          ? [minutesBefore, (step + STEPS) >> 1, 1 / 2]
          : [dayBefore, DAY_BLOCKS + Math.floor(step / STEPS_PER_BLOCK), 1 / STEPS_PER_BLOCK];
    bad[i + 1] = bad[i]! + counts.bad[place]! * share;
    all[i + 1] = all[i]! + counts.all[place]! * share;
  }
  return (step, steps) => {
    const end = history + step + 1;
    const events = all[end]! - all[end - steps]!;
    return events > 0.5 ? (bad[end]! - bad[end - steps]!) / events : 0;
  };
}

const MINUTES_BETWEEN_JUDGEMENTS = 10;

/**
 * Mann-Whitney as Kayenta's judge uses it: rates by the minute, since the drop against the hour before, judged every
 * ten minutes. It is high where the lower end of a 98 % interval of the difference exceeds a quarter of its estimate.
 */
const mannWhitney: Method = {
  name: "Mann-Whitney (Kayenta)",
  usual: 2.326,
  statistic({ watch, minutesBefore }) {
    const control = rates(minutesBefore, 1).sort();
    const found = new Float64Array(STEPS).fill(Number.NEGATIVE_INFINITY);
    for (let minutes = MINUTES_BETWEEN_JUDGEMENTS; minutes <= 60; minutes += MINUTES_BETWEEN_JUDGEMENTS) {
      const upTo = { bad: watch.bad.subarray(0, minutes * 2), all: watch.all.subarray(0, minutes * 2) };
      found[minutes * 2 - 1] = highness(rates(upTo, 2).sort(), control);
    }
    return found;
  },
};

/** Minutes without traffic have no rate. */
function rates({ bad, all }: Counts, width: number): Float64Array {
  const values: number[] = [];
  for (let i = 0; i < bad.length; i += width) {
    const events = all[i]! + (width > 1 ? all[i + 1]! : 0);
    if (events > 0) values.push((bad[i]! + (width > 1 ? bad[i + 1]! : 0)) / events);
  }
  return Float64Array.from(values);
}

/** The normal deviate of the test that the difference is a quarter of its estimate; both sorted. */
function highness(experiment: Float64Array, control: Float64Array): number {
  if (experiment.length === 0 || control.length === 0) return Number.NEGATIVE_INFINITY;
  let low = experiment[0]! - control.at(-1)!;
  let high = experiment.at(-1)! - control[0]!;
  if (low === high) return Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (ranked(experiment, control, middle).excess > 0) low = middle;
    else high = middle;
  }
  const shift = 0.25 * Math.abs((low + high) / 2);
  const { excess, ties } = ranked(experiment, control, shift);
  const [n, m] = [experiment.length, control.length];
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return variance > 0 ? (excess - 0.5 * Math.sign(excess)) / Math.sqrt(variance) : Number.NEGATIVE_INFINITY;
}

/** By how much the rank sum of the shifted experiment exceeds its mean, and the sum of t^3 - t over its ties. */
function ranked(experiment: Float64Array, control: Float64Array, shift: number) {
  const [n, m] = [experiment.length, control.length];
  let above = 0;
  let ties = 0;
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    const x = i < n ? experiment[i]! - shift : Number.POSITIVE_INFINITY;
    const y = j < m ? control[j]! : Number.POSITIVE_INFINITY;
    const value = Math.min(x, y);
    let a = 0;
    let b = 0;
    for (; i < n && experiment[i]! - shift === value; i++) a++;
    for (; j < m && control[j]! === value; j++) b++;
    above += a * (j - b) + (a * b) / 2;
    ties += (a + b) ** 3 - (a + b);
  }
  return { excess: above - (n * m) / 2, ties };
}

const PLAIN_RATIOS = Array.from({ length: 16 }, (_, i) => 1.15 * (60 / 1.15) ** (i / 15));

/** What the comparison would be without its parts against bursts: one mixture since the drop, all counts divided. */
const plainFormula: Method = {
  name: "plain mixture",
  usual: Math.log(2 / FALSE_ALARMS),
  statistic(watched) {
    const normals = baselines(watched).flatMap((baseline) => normalsOf([baseline], FALSE_ALARMS / 2));
    const paths = normals.map((normal) => plainPath(normal, watched.watch));
    return Float64Array.from({ length: STEPS }, (_, i) => Math.min(...paths.map((path) => path[i]!)));
  },
};

function plainPath({ overdispersion, limitsAt }: Normal, { bad, all }: Counts): Float64Array {
  const q = 1.5 * limitsAt(0).strict;
  const ratios = PLAIN_RATIOS.filter((ratio) => ratio * q < 1);
  const ones = ratios.map((ratio) => Math.log(ratio));
  const nones = ratios.map((ratio) => Math.log((1 - ratio * q) / (1 - q)));
  const terms = new Float64Array(ratios.length);
  let s = 0;
  let n = 0;
  return bad.map((more, step) => {
    s += more / overdispersion;
    n += all[step]! / overdispersion;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < terms.length; i++) {
      terms[i] = s * ones[i]! + (n - s) * nones[i]!;
      most = Math.max(most, terms[i]!);
    }
    let sum = 0;
    for (const term of terms) sum += Math.exp(term - most);
    return most + Math.log(sum / terms.length);
  });
}

export const RIVALS: readonly Method[] = [plainFormula, fixedThreshold, burnRate, mannWhitney];
