import type { Instant } from "../time/instant.ts";
import type { Increment } from "./counters.ts";

export const BLOCK_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const DAY_BLOCKS = DAY_MS / BLOCK_MS;
/** Normal with less time in it than this, once incidents are left out, is no normal. */
const LEAST_MS = DAY_MS / 2;
/** The same hours reach so many blocks to both sides: one hour and a half. */
const SAME_HOURS = 18;
/** Standard errors beyond which a difference of normal with itself is believed. */
const CLEAR = 2;
const USUAL_RISK = 0.05;

/** From `from`, exclusive, up to `to`. */
export interface Stretch {
  from: Instant;
  to: Instant;
}

/**
 * Where normal is to be read: 24 hours from so long before the drop, but never past it, without the stretches in which
 * an incident was open. So the hours that follow the drop have their counterpart one day or one week earlier.
 * @param before How long before the drop it begins, at least 24 hours. Milliseconds.
 */
export function normalStretches(shipped: Instant, before: number, incidents: readonly Stretch[]): Stretch[] {
  const begin = shipped - Math.max(before, DAY_MS);
  let stretches: Stretch[] = [{ from: begin, to: begin + DAY_MS }];
  for (const incident of incidents) stretches = stretches.flatMap((stretch) => without(stretch, incident));
  return stretches;
}

function without({ from, to }: Stretch, incident: Stretch): Stretch[] {
  if (incident.to <= from || incident.from >= to) return [{ from, to }];
  const left = { from, to: Math.max(from, incident.from) };
  const right = { from: Math.min(to, incident.to), to };
  return [left, right].filter((stretch) => stretch.to > stretch.from);
}

/** What was read of one baseline; `before` as in the policy, milliseconds. Incidents may be in there. */
interface BaselineRead {
  name: string;
  before: number;
  increments: readonly Increment[];
}

/**
 * The baselines of a drop, without the stretches in which an incident was open.
 * @param since When the watch begins: the drop ships, or later.
 */
export function baselinesOf(
  shipped: Instant,
  since: Instant,
  reads: readonly BaselineRead[],
  incidents: readonly Stretch[],
): Baseline[] {
  return reads.flatMap(({ name, before, increments }) => {
    const stretches = normalStretches(shipped, before, incidents);
    const inside = increments.filter(({ from, at }) =>
      stretches.some((stretch) => from >= stretch.from && at <= stretch.to),
    );
    return baselineOf(name, inside, since) ?? [];
  });
}

/** The events of five minutes. Block 0 is the first of the watch; normal's have negative numbers. */
interface Block {
  index: number;
  bad: number;
  all: number;
}

/** What was read of one stretch before the drop. */
export interface Baseline {
  /** As the policy says it: `1d`. */
  name: string;
  /** Oldest first; those without a reading are left out. */
  blocks: readonly Block[];
}

/** Normal's rate in a block of the watch, and its upper confidence limits. */
export interface Limits {
  /** The rate itself; where nothing was bad, that of one bad event. */
  likely: number;
  /** The true rate lies above it as seldom as the policy promises. */
  strict: number;
  /** The true rate lies above it in one case of twenty. */
  usual: number;
}

/** What was normal, in the numbers that a comparison goes by. */
export interface Normal {
  name: string;
  bad: number;
  all: number;
  /** Five-minute blocks that it was read in. */
  blocks: number;
  /** Variance of the blocks' counts over that of independent events; at least 1. */
  overdispersion: number;
  /** Squared coefficient of variation of the blocks' own rate, one standard error above its estimate. */
  burstiness: number;
  /** The bursts are more than chance. */
  bursty: boolean;
  /** How many of its blocks had at least such a rate. */
  blocksAtLeast(rate: number): number;
  /**
   * Of the whole day, or of the same hours of the day where these clearly differ from it.
   * @param block 0 is the first five minutes of the watch.
   */
  limitsAt(block: number): Limits;
}

/**
 * One stretch before the drop from what was counted in it; null where that is less than twelve hours.
 * @param since The start of the watch, from which blocks are counted.
 */
export function baselineOf(name: string, increments: readonly Increment[], since: Instant): Baseline | null {
  const blocks = new Map<number, Block>();
  let covered = 0;
  for (const { from, at, bad, all } of increments) {
    covered += at - from;
    const index = Math.floor(((from + at) / 2 - since) / BLOCK_MS);
    const block = blocks.get(index) ?? { index, bad: 0, all: 0 };
    block.bad += bad;
    block.all += all;
    blocks.set(index, block);
  }
  return covered < LEAST_MS ? null : { name, blocks: [...blocks.values()].sort(oldestFirst) };
}

const oldestFirst = (a: Block, b: Block) => a.index - b.index;

/**
 * Baselines that agree are one normal together, which knows more than each of them. Where two of them clearly differ
 * each is a normal of its own, and something is a regression only against all of them: so the worse one counts.
 * @param risk How often the true rate may lie above the strict limit.
 */
export function normalsOf(baselines: readonly Baseline[], risk: number): Normal[] {
  const normals = baselines.flatMap(({ name, blocks }) => normalOf(name, blocks, risk) ?? []);
  const agree = normals.every((a, i) => normals.slice(i + 1).every((b) => !clearlyDiffer(a, b)));
  if (normals.length < 2 || !agree) return normals;
  const name = normals.map((normal) => normal.name).join(" and ");
  // Where two of them overlap, what both have read counts once.
  const blocks = baselines
    .flatMap((baseline) => baseline.blocks)
    .sort(oldestFirst)
    .filter(({ index }, i, sorted) => index !== sorted[i - 1]?.index);
  const together = normalOf(name, blocks, risk);
  return together ? [together] : [];
}

function clearlyDiffer(a: Normal, b: Normal): boolean {
  const rate = (a.bad + b.bad) / (a.all + b.all);
  const variance = Math.max(a.overdispersion, b.overdispersion) * rate * (1 / a.all + 1 / b.all);
  return Math.abs(a.bad / a.all - b.bad / b.all) > CLEAR * Math.sqrt(variance);
}

function normalOf(name: string, blocks: readonly Block[], risk: number): Normal | null {
  const day = dayOf(blocks);
  const { bad, all } = between(day, 0, DAY_BLOCKS);
  if (!(all > 0)) return null;
  const spread = spreadOf(blocks, day);
  const limitOf = (some: number, of: number, risk: number) =>
    upperLimit(some / spread.overdispersion, of / spread.overdispersion, risk);
  const limitsOf = (some: number, of: number): Limits => ({
    likely: Math.max(some, 1) / Math.max(of, 1),
    strict: limitOf(some, of, risk),
    usual: limitOf(some, of, USUAL_RISK),
  });
  const wholeDay = limitsOf(bad, all);
  const known = new Map<number, Limits>();
  let rates: Float64Array | null = null;

  function limitsAround(block: number): Limits {
    const hours = around(day, block);
    const expected = (hours.all * bad) / all;
    const difference = hours.bad - expected;
    if (Math.abs(difference) <= CLEAR * Math.sqrt(spread.overdispersion * expected)) return wholeDay;
    const further = difference > 0 ? Math.max : Math.min;
    const { likely, strict, usual } = limitsOf(hours.bad, hours.all);
    return {
      likely,
      strict: further(wholeDay.strict, strict),
      usual: further(wholeDay.usual, usual),
    };
  }

  return {
    name,
    bad,
    all,
    blocks: blocks.length,
    ...spread,
    blocksAtLeast(rate) {
      rates ??= Float64Array.from(blocks, (block) => (block.all > 0 ? block.bad / block.all : 0)).sort();
      let [low, high] = [0, rates.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (rates[middle]! < rate) low = middle + 1;
        else high = middle;
      }
      return rates.length - low;
    },
    limitsAt(block) {
      const place = block % DAY_BLOCKS;
      const limits = known.get(place) ?? limitsAround(place);
      known.set(place, limits);
      return limits;
    },
  };
}

/** Sums from the start of the watch's day, over two days, so that hours around its end are one stretch. */
interface Day {
  badUpTo: Float64Array;
  allUpTo: Float64Array;
}

const placeOf = (index: number) => ((index % DAY_BLOCKS) + DAY_BLOCKS) % DAY_BLOCKS;

function dayOf(blocks: readonly Block[]): Day {
  const badUpTo = new Float64Array(2 * DAY_BLOCKS + 1);
  const allUpTo = new Float64Array(2 * DAY_BLOCKS + 1);
  for (const { index, bad, all } of blocks) {
    const place = placeOf(index);
    badUpTo[place + 1]! += bad;
    allUpTo[place + 1]! += all;
  }
  badUpTo.copyWithin(DAY_BLOCKS + 1, 1, DAY_BLOCKS + 1);
  allUpTo.copyWithin(DAY_BLOCKS + 1, 1, DAY_BLOCKS + 1);
  for (let i = 1; i <= 2 * DAY_BLOCKS; i++) {
    badUpTo[i]! += badUpTo[i - 1]!;
    allUpTo[i]! += allUpTo[i - 1]!;
  }
  return { badUpTo, allUpTo };
}

const between = ({ badUpTo, allUpTo }: Day, first: number, length: number) => ({
  bad: badUpTo[first + length]! - badUpTo[first]!,
  all: allUpTo[first + length]! - allUpTo[first]!,
});

/** The hours around a block of the day: one and a half to both sides. */
const around = (day: Day, block: number) =>
  between(day, (block - SAME_HOURS + DAY_BLOCKS) % DAY_BLOCKS, 2 * SAME_HOURS + 1);

/**
 * How much more the blocks differ from their hours than independent events would: a day that has its ups and downs is
 * not bursty for that. With m expected in a block, a block's own rate of squared coefficient of variation c gives its
 * count the variance m + c m^2; neighbours are counted together, because
 * a burst that lies across two of our blocks looks half as bursty in each of them.
 */
function spreadOf(
  blocks: readonly Block[],
  day: Day,
): Pick<Normal, "overdispersion" | "burstiness" | "bursty"> {
  let expected = 0;
  let squares = 0;
  let variance = 0;
  let neighbours = 0;
  let last = { index: Number.NaN, residual: 0 };
  for (const { index, bad, all } of blocks) {
    const hours = around(day, placeOf(index));
    const m = hours.all > 0 ? (all * hours.bad) / hours.all : 0;
    const residual = bad - m;
    expected += m;
    squares += m * m;
    variance += residual * residual;
    if (last.index === index - 1) neighbours += last.residual * residual;
    last = { index, residual };
  }
  if (!(expected > 0)) return { overdispersion: 1, burstiness: 0, bursty: false };
  // The rates of the hours are from these blocks: so many of them are free no longer.
  const fitted = DAY_BLOCKS / (2 * SAME_HOURS + 1);
  const size = blocks.length;
  const total = (Math.max(variance, variance + 2 * neighbours) * size) / Math.max(size - fitted, 1);
  const excess = Math.max(0, total - expected);
  const chance = Math.sqrt(2 * squares + expected);
  const burstiness = excess / squares;
  return {
    overdispersion: Math.max(1, total / expected),
    // The error under chance alone, and that of such an estimate where the factor is exponential.
    burstiness: burstiness + Math.hypot(chance / squares, burstiness * Math.sqrt(8 / size)),
    bursty: excess > CLEAR * chance,
  };
}

/**
 * The exact upper confidence limit of a share (Clopper and Pearson, Biometrika 26, 1934): the greatest p under which
 * `bad` or fewer of `all` events are bad with a probability of at least `risk`. It is the 1 - risk quantile of
 * Beta(bad + 1, all - bad). Counts need not be whole: divided by an over-dispersion they are not.
 * Relative error below 1e-9 for up to a million bad of a billion events.
 * @param risk Between 0 and 1: how often the true share may lie above the limit.
 * @returns Between 0 and 1; 1 where nothing is known.
 */
export function upperLimit(bad: number, all: number, risk: number): number {
  if (!(bad >= 0) || !(all >= 0) || !(risk > 0 && risk < 1)) {
    throw new RangeError("Counts must not be negative, and the risk must lie between 0 and 1.");
  }
  if (bad >= all) return 1;
  const a = bad + 1;
  const b = all - bad;
  const normaliser = logBeta(a, b);
  // Newton's steps from a normal guess, inside a bracket that each step narrows.
  let low = 0;
  let high = 1;
  let p = Math.min((bad + 1 + 3 * Math.sqrt(bad + 1)) / (all + 2), 0.999);
  for (let step = 0; step < 200; step++) {
    const above = 1 - betaCdf(p, a, b, normaliser) - risk;
    if (above > 0) low = p;
    else high = p;
    const density = Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log1p(-p) - normaliser);
    // In the logarithm of the tail, which is nearly straight far out.
    const tail = above + risk;
    const newton = tail > 0 && density > 0 ? p + (tail * Math.log(tail / risk)) / density : Number.NaN;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - p) <= 1e-12 * p || high - low <= 1e-15 * high) return next;
    p = next;
  }
  return high;
}

/**
 * The regularised incomplete beta function I_x(a, b), by the continued fraction of the Digital Library of Mathematical
 * Functions, 8.17.22, evaluated from the front (modified Lentz). On the side of the mean where it is used it converges
 * within the order of sqrt(max(a, b)) terms to about 1e-15. What is left is the rounding of the logarithms before it:
 * a relative error of about 1e-15 times the smaller of a and b, times its logarithm.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  return betaCdf(x, a, b, logBeta(a, b));
}

function betaCdf(x: number, a: number, b: number, normaliser: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - normaliser);
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

const TINY = 1e-300;

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 3e-16) break;
  }
  return value;
}

const nonZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);

/** ln B(a, b). Two large gamma functions are divided in Stirling's form, where they do not cancel. */
function logBeta(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  if (more < STIRLING_FROM) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const quotient =
    less - (more - 0.5) * Math.log1p(less / more) - less * Math.log(a + b) + stirling(more) - stirling(a + b);
  return logGamma(less) + quotient;
}

const STIRLING_FROM = 10;

/** The series of DLMF 5.11.1 without its first terms; from 10 on seven of them leave less than 1e-17. */
function stirling(x: number): number {
  const w = 1 / (x * x);
  return (
    (1 / 12 -
      w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360_360 - w / 156)))))) /
    x
  );
}

/**
 * The logarithm of the gamma function for x > 0, by Stirling's series from 10 on and the recurrence below it. Absolute
 * error about 1e-15 times the result.
 */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  while (z < STIRLING_FROM) product *= z++;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirling(z) - Math.log(product);
}
