import type { Instant } from "../time/instant.ts";

/** A counter as it was read once. */
export interface Sample {
  at: Instant;
  value: number;
}

/** The samples of one counter, in any order, as often as they came. */
export interface CounterSeries {
  /** What tells it from the source's other counters: its labels, without the name of the metric. */
  key: string;
  samples: readonly Sample[];
}

/** Events that were counted after `from` and up to `at`. Never negative, and never more bad ones than all. */
export interface Increment {
  from: Instant;
  at: Instant;
  bad: number;
  all: number;
}

/** Either the bad events are counted, or the good ones. */
export type EventCounters = { all: readonly CounterSeries[] } & (
  | { bad: readonly CounterSeries[]; good?: never }
  | { good: readonly CounterSeries[]; bad?: never }
);

/**
 * From counters to counts. It is a function of the set of samples: neither the order in which they came nor how often
 * one was repeated matters, and a sample that is late falls into its place.
 *
 * - A counter that fell was reset: what it shows counts from zero, as Prometheus does it.
 * - A scrape that is missing loses nothing: the next increment holds its events.
 * - A counter that appears while its source is being read counts from zero, for a first error or a new process starts
 *   one. `increase()` passes over that first value; a service with few errors loses most of them so.
 * - What a counter showed when the reading began is history, and counts for nothing. It began with the first scrape of
 *   any of them, or up to one and a half scrapes later: not all are read in the same second.
 * - NaN (Prometheus's mark of a series that ended), infinities and negative numbers are no samples.
 *
 * @returns One increment for each instant at which any of the counters was read, but the first; oldest first.
 */
export function incrementsOf(counters: EventCounters): Increment[] {
  const all = counters.all.map(cleaned);
  const other = (counters.bad ?? counters.good).map(cleaned);
  const instants = [...new Set([...all, ...other].flatMap((samples) => samples.map(({ at }) => at)))];
  instants.sort((a, b) => a - b);
  const place = new Map(instants.map((at, i) => [at, i]));
  const appearsAfter = (instants[0] ?? 0) + 1.5 * scrapeInterval([...all, ...other]);
  const allCounts = countsAt(all, place, appearsAfter);
  const otherCounts = countsAt(other, place, appearsAfter);
  const increments: Increment[] = [];
  // Two counters of one process are not read in the same breath: what one is ahead waits for the other's next reading.
  let ahead = 0;
  for (let i = 1; i < instants.length; i++) {
    const share = Math.min(otherCounts[i]! + ahead, allCounts[i]!);
    ahead = Math.max(0, otherCounts[i]! - allCounts[i]!);
    const bad = counters.bad ? share : allCounts[i]! - share;
    increments.push({ from: instants[i - 1]!, at: instants[i]!, bad, all: allCounts[i]! });
  }
  return increments;
}

/** Sorted, without what is no number; of two samples of one instant the higher, whichever came first. */
function cleaned({ samples }: CounterSeries): Sample[] {
  const values = new Map<Instant, number>();
  for (const { at, value } of samples) {
    if (Number.isFinite(at) && Number.isFinite(value) && value >= 0) {
      values.set(at, Math.max(value, values.get(at) ?? 0));
    }
  }
  return [...values].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
}

function countsAt(
  counters: readonly Sample[][],
  place: ReadonlyMap<Instant, number>,
  appearsAfter: Instant,
): Float64Array {
  const counts = new Float64Array(place.size);
  for (const samples of counters) {
    let last: number | null = null;
    for (const { at, value } of samples) {
      if (last === null && at > appearsAfter) last = 0;
      if (last !== null) counts[place.get(at)!]! += value >= last ? value - last : value;
      last = value;
    }
  }
  return counts;
}

/** The usual time between two samples of a counter; infinite where none has two. */
function scrapeInterval(counters: readonly Sample[][]): number {
  const gaps = counters.flatMap((samples) => samples.slice(1).map(({ at }, i) => at - samples[i]!.at));
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? Number.POSITIVE_INFINITY;
}
