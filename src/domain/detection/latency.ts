import type { Instant } from "../time/instant.ts";
import type { CounterSeries, EventCounters, Sample } from "./counters.ts";

/** The buckets of classic histograms that have one bound: a counter for each process. */
interface BucketCounters {
  /** `le`, in the unit of the threshold; Infinity for the one that holds everything. */
  bound: number;
  counters: readonly CounterSeries[];
}

/**
 * "Slower than" of classic histograms, as counters. It goes by the smallest bound at or above the threshold, so that
 * what counts as slow is slow, before and after the drop alike. Null where no finite bound lies so high, or where the
 * bucket of everything is missing.
 */
export function latencyCounters(
  buckets: readonly BucketCounters[],
  threshold: number,
): { counters: EventCounters; bound: number } | null {
  const all = buckets.find(({ bound }) => bound === Number.POSITIVE_INFINITY);
  const fast = buckets.reduce<BucketCounters | null>((best, bucket) => {
    const fits = Number.isFinite(bucket.bound) && bucket.bound >= threshold;
    return fits && bucket.bound < (best?.bound ?? Number.POSITIVE_INFINITY) ? bucket : best;
  }, null);
  return all && fast ? { counters: { all: all.counters, good: fast.counters }, bound: fast.bound } : null;
}

/** A native histogram as it was read once: its non-empty buckets, with bounds in the unit of the threshold. */
export interface NativeSample {
  at: Instant;
  buckets: readonly { lower: number; upper: number; count: number }[];
}

/**
 * "Slower than" of one process's native histogram, as counters. The bucket that the threshold falls into counts as
 * fast. A histogram may widen its buckets as it grows; that a bound moved is no reset, only fewer events in all are.
 * @param samples In any order.
 */
export function nativeLatencyCounters(
  key: string,
  samples: readonly NativeSample[],
  threshold: number,
): { all: CounterSeries; bad: CounterSeries } {
  const all: Sample[] = [];
  const bad: Sample[] = [];
  let last: { all: number; slow: number; shown: number } | null = null;
  for (const { at, buckets } of [...samples].sort((a, b) => a.at - b.at)) {
    let slow = 0;
    let everything = 0;
    for (const { lower, count } of buckets) {
      everything += count;
      if (lower >= threshold) slow += count;
    }
    const reset = last === null || everything < last.all;
    const shown: number = reset ? slow : last!.shown + Math.max(0, slow - last!.slow);
    all.push({ at, value: everything });
    bad.push({ at, value: shown });
    last = { all: everything, slow, shown };
  }
  return { all: { key, samples: all }, bad: { key, samples: bad } };
}
