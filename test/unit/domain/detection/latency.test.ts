import assert from "node:assert/strict";
import { incrementsOf } from "../../../../src/domain/detection/counters.ts";
import {
  latencyCounters,
  type NativeSample,
  nativeLatencyCounters,
} from "../../../../src/domain/detection/latency.ts";

describe("slower than, of classic histograms", () => {
  const bucket = (bound: number, ...values: number[]) => ({
    bound,
    counters: [{ key: "a", samples: values.map((value, i) => ({ at: i * 10, value })) }],
  });
  const buckets = [bucket(0.1, 0, 50), bucket(0.25, 0, 80), bucket(0.5, 0, 95), bucket(Infinity, 0, 100)];
  const slow = (threshold: number) => {
    const found = latencyCounters(buckets, threshold);
    return found && [found.bound, incrementsOf(found.counters)[0]!.bad];
  };

  it("goes by the smallest bound at or above the threshold", () => {
    assert.deepEqual(
      [slow(0.25), slow(0.3), slow(0.05)],
      [
        [0.25, 20],
        [0.5, 5],
        [0.1, 50],
      ],
    );
  });

  it("is not to be had above every bound, or without the bucket of everything", () => {
    assert.equal(slow(0.7), null);
    assert.equal(latencyCounters(buckets.slice(0, 3), 0.25), null);
    assert.equal(latencyCounters([], 1), null);
  });
});

describe("slower than, of native histograms", () => {
  const sample = (at: number, ...buckets: [lower: number, upper: number, count: number][]): NativeSample => ({
    at,
    buckets: buckets.map(([lower, upper, count]) => ({ lower, upper, count })),
  });
  const slow = (threshold: number, samples: NativeSample[]) => {
    const { all, bad } = nativeLatencyCounters("a", samples, threshold);
    return incrementsOf({ all: [all], bad: [bad] }).map((each) => [each.bad, each.all]);
  };
  const first = sample(0, [0.1, 0.2, 50], [0.2, 0.4, 7], [0.4, 0.8, 3]);

  it("counts the buckets that lie above the threshold as a whole", () => {
    const later = sample(10, [0.1, 0.2, 60], [0.2, 0.4, 9], [0.4, 0.8, 4]);
    assert.deepEqual(
      [0.05, 0.2, 0.3, 0.9].map((threshold) => slow(threshold, [later, first])),
      [[[13, 13]], [[3, 13]], [[1, 13]], [[0, 13]]],
    );
  });

  it("counts from zero after a restart, but not where only its buckets were widened", () => {
    assert.deepEqual(slow(0.2, [first, sample(10, [0.1, 0.2, 5], [0.2, 0.4, 2])]), [[2, 7]]);
    const wider = [
      first,
      sample(10, [0.1, 0.4, 60], [0.4, 1.6, 5]),
      sample(20, [0.1, 0.4, 61], [0.4, 1.6, 9]),
    ];
    assert.deepEqual(slow(0.2, wider), [
      [0, 5],
      [4, 5],
    ]);
  });
});
