import assert from "node:assert/strict";
import fc from "fast-check";
import { type CounterSeries, incrementsOf, type Sample } from "../../../../src/domain/detection/counters.ts";

const series = (key: string, ...samples: (readonly [at: number, value: number])[]): CounterSeries => ({
  key,
  samples: samples.map(([at, value]) => ({ at, value })),
});
const counts = (all: CounterSeries[], bad: CounterSeries[]) =>
  incrementsOf({ all, bad }).map(({ from, at, bad, all }) => [from, at, bad, all]);

/** One process after another, each counting from zero, scraped every 10. */
const lives = fc.array(
  fc.array(fc.record({ all: fc.integer({ min: 0, max: 50 }), bad: fc.nat(50) }), {
    minLength: 1,
    maxLength: 8,
  }),
  { minLength: 1, maxLength: 4 },
);

function scraped(processes: readonly (readonly { all: number; bad: number }[])[]) {
  const all: Sample[] = [];
  const bad: Sample[] = [];
  const truth = { all: 0, bad: 0 };
  for (const [life, scrapes] of processes.entries()) {
    const shown = { all: 0, bad: 0 };
    for (const scrape of scrapes) {
      const at = all.length * 10;
      const more = { all: scrape.all + 1, bad: Math.min(scrape.bad, scrape.all) };
      // A reset can only be told where the counter shows less than before.
      shown.all += more.all;
      shown.bad += more.bad;
      const first = at === 0;
      truth.all += first ? 0 : more.all;
      truth.bad += first ? 0 : more.bad;
      all.push({ at, value: shown.all });
      bad.push({ at, value: shown.bad });
    }
    // The next process starts so much later that it has caught up with nothing.
    if (life < processes.length - 1) {
      const top = 1000 * (life + 1);
      all.push({ at: all.length * 10, value: shown.all + top });
      bad.push({ at: bad.length * 10, value: shown.bad + top });
      truth.all += top;
      truth.bad += top;
    }
  }
  return { all, bad, truth };
}

const sum = (increments: readonly { all: number; bad: number }[]) => ({
  all: increments.reduce((total, { all }) => total + all, 0),
  bad: increments.reduce((total, { bad }) => total + bad, 0),
});

describe("counters", () => {
  it("give what was added between two readings", () => {
    const found = counts(
      [series("", [0, 100], [10, 130], [20, 130])],
      [series("", [0, 5], [10, 6], [20, 6])],
    );
    assert.deepEqual(found, [
      [0, 10, 1, 30],
      [10, 20, 0, 0],
    ]);
  });

  it("count from zero after a reset", () => {
    assert.deepEqual(counts([series("", [0, 100], [10, 7])], [series("", [0, 50], [10, 2])]), [
      [0, 10, 2, 7],
    ]);
  });

  it("lose nothing to resets, however many", () => {
    fc.assert(
      fc.property(lives, (processes) => {
        const { all, bad, truth } = scraped(processes);
        const found = incrementsOf({ all: [{ key: "", samples: all }], bad: [{ key: "", samples: bad }] });
        assert.deepEqual(sum(found), truth);
        assert.ok(found.every((each) => each.bad >= 0 && each.bad <= each.all && each.from < each.at));
      }),
    );
  });

  it("lose nothing to scrapes that are missing between resets", () => {
    fc.assert(
      fc.property(lives, fc.infiniteStream(fc.boolean()), (processes, coins) => {
        const { all, bad, truth } = scraped(processes.slice(0, 1));
        const kept = all.map((_, i) => i === 0 || i === all.length - 1 || coins.next().value);
        const of = (samples: Sample[]) => [{ key: "", samples: samples.filter((_, i) => kept[i]) }];
        assert.deepEqual(sum(incrementsOf({ all: of(all), bad: of(bad) })), truth);
      }),
    );
  });

  it("do not depend on the order of samples, nor on how often one came", () => {
    const shuffled = lives.chain((processes) => {
      const { all, bad } = scraped(processes);
      const mixed = (samples: Sample[]) =>
        fc
          .shuffledSubarray(samples, { minLength: samples.length })
          .chain((order) => fc.subarray(samples).map((again) => [...order, ...again]));
      return fc.record({
        all: fc.constant(all),
        bad: fc.constant(bad),
        mixedAll: mixed(all),
        mixedBad: mixed(bad),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ all, bad, mixedAll, mixedBad }) => {
        const of = (samples: Sample[]) => [{ key: "", samples }];
        assert.deepEqual(
          incrementsOf({ all: of(mixedAll), bad: of(mixedBad) }),
          incrementsOf({ all: of(all), bad: of(bad) }),
        );
      }),
    );
  });

  it("put a sample that is late into its place", () => {
    const late = counts([series("", [0, 0], [20, 9], [10, 4])], [series("", [20, 3], [0, 0], [10, 1])]);
    assert.deepEqual(late, [
      [0, 10, 1, 4],
      [10, 20, 2, 5],
    ]);
  });

  it("add up over the processes of a service, each with its own resets", () => {
    const all = [series("a", [0, 100], [10, 5], [20, 9]), series("b", [0, 50], [10, 60], [20, 70])];
    const bad = [series("a", [0, 3], [10, 0], [20, 1]), series("b", [0, 1], [10, 1], [20, 3])];
    assert.deepEqual(counts(all, bad), [
      [0, 10, 0, 15],
      [10, 20, 3, 14],
    ]);
  });

  it("count a first error, and a new process, from zero", () => {
    const all = [series("old", [0, 100], [10, 110], [20, 120]), series("new", [20, 8])];
    assert.deepEqual(counts(all, [series("old", [20, 2])]), [
      [0, 10, 0, 10],
      [10, 20, 2, 18],
    ]);
  });

  it("do not take for new what is only read a little later than its neighbours", () => {
    const all = [series("a", [0, 100], [10, 110]), series("b", [4, 7000], [14, 7001])];
    assert.deepEqual(sum(incrementsOf({ all, bad: [] })), { all: 11, bad: 0 });
  });

  it("pass over what is no number: NaN marks the end of a series", () => {
    const all = [series("", [0, 10], [10, Number.NaN], [20, 30], [30, Number.POSITIVE_INFINITY], [40, -1])];
    assert.deepEqual(counts(all, []), [[0, 20, 0, 20]]);
  });

  it("never have more bad events than all: what is ahead waits", () => {
    const all = [series("", [0, 0], [10, 4], [20, 10])];
    assert.deepEqual(counts(all, [series("", [0, 0], [10, 6], [20, 6])]), [
      [0, 10, 4, 4],
      [10, 20, 2, 6],
    ]);
  });

  it("do not carry for long what no event stands for", () => {
    const all = [series("", [0, 0], [10, 4], [20, 8], [30, 12])];
    const found = counts(all, [series("", [0, 0], [10, 5000], [20, 5000], [30, 5000])]);
    assert.deepEqual(
      found.map(([, , bad]) => bad),
      [4, 4, 0],
    );
  });

  it("take the good events as well as the bad", () => {
    const all = [series("", [0, 0], [10, 20])];
    const [increment] = incrementsOf({ all, good: [series("", [0, 0], [10, 17])] });
    assert.deepEqual([increment!.bad, increment!.all], [3, 20]);
  });

  it("give nothing where there is nothing, or only one reading", () => {
    assert.deepEqual(incrementsOf({ all: [], bad: [] }), []);
    assert.deepEqual(counts([series("", [0, 100])], [series("", [0, 1])]), []);
  });
});
