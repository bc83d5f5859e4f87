import assert from "node:assert/strict";
import fc from "fast-check";
import type { Comparison, Signal } from "../../../../src/domain/policy/policy.ts";
import { numberText, sparkline } from "../../../../src/domain/signal/numbers.ts";
import {
  type Answer,
  type Evaluation,
  evaluate,
  isBreaching,
  longestGap,
  type Reading,
  type SignalState,
  worstOf,
} from "../../../../src/domain/signal/signal.ts";

type Law = Pick<Signal, "breach" | "for" | "every" | "noData" | "errors">;

const SECOND = 1000;
const LAW: Law = {
  breach: { operator: ">", value: 0.02 },
  for: 60 * SECOND,
  every: 15 * SECOND,
  noData: "error",
  errors: 3,
};
const number = (value: number, name: string | null = null): Answer => ({ series: [{ name, value }] });
const FAILED: Answer = { failed: "The server did not answer." };
const EMPTY: Answer = { series: [] };

/** Folds answers, one each `every`; the last evaluation first. */
function fold(answers: readonly Answer[], law: Law = LAW): Evaluation {
  return foldReadings(
    answers.map((answer, i) => ({ at: i * law.every, answer })),
    law,
  ).at(-1)!;
}

function foldReadings(readings: readonly Reading[], law: Law): Evaluation[] {
  const all: Evaluation[] = [];
  for (const reading of readings) all.push(evaluate(law, all.at(-1) ?? null, reading));
  return all;
}

/** The law by its definition: each state from the whole history, with nothing carried over. */
class Oracle {
  readonly #readings: readonly Reading[];
  readonly #law: Law;

  constructor(readings: readonly Reading[], law: Law) {
    this.#readings = readings;
    this.#law = law;
  }

  verdict(i: number): "calm" | "breaching" | "empty" | "failed" {
    const { answer } = this.#readings[i]!;
    if (!("series" in answer)) return "failed";
    const numbers = answer.series.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    if (numbers.length === 0)
      return this.#law.noData === "error" ? "empty" : this.#law.noData === "calm" ? "calm" : "breaching";
    const { breach } = this.#law;
    return breach === null || numbers.some((value) => isBreaching(value, breach)) ? "breaching" : "calm";
  }

  isError(i: number): boolean {
    for (let k = i; k > i - this.#law.errors; k--)
      if (k < 0 || this.verdict(k) === "calm" || this.verdict(k) === "breaching") return false;
    return true;
  }

  /** The first breaching reading of the run that reading i is in; -1 where it is in none. */
  runStart(i: number): number {
    let first = -1;
    for (let k = i; k >= 0; k--) {
      if (this.verdict(k) === "calm" || this.isError(k)) break;
      if (this.verdict(k) === "breaching") first = k;
      if (k > 0 && this.#readings[k]!.at - this.#readings[k - 1]!.at > longestGap(this.#law)) break;
    }
    return first;
  }

  state(i: number): SignalState {
    if (this.isError(i)) return "error";
    const verdict = this.verdict(i);
    if (verdict === "calm") return "calm";
    if (verdict === "empty") return "noData";
    if (verdict === "failed") return i === 0 ? "noData" : this.state(i - 1);
    const held = this.#readings[i]!.at - this.#readings[this.runStart(i)]!.at;
    return held >= this.#law.for ? "breached" : "pending";
  }

  since(i: number, states: readonly SignalState[]): number {
    let k = i;
    while (k > 0 && states[k - 1] === states[i]) k--;
    return this.#readings[k]!.at;
  }
}

describe("the law of a signal", () => {
  it("is pending until a breach has held for its time, to the millisecond", () => {
    const breaching = [0, 1, 2, 3].map(() => number(0.5));
    const pending = fold(breaching);
    assert.deepEqual([pending.state, pending.breachingSince, pending.value], ["pending", 0, 0.5]);
    assert.equal(pending.why, "0.5 is > 0.02, held for 45s of 1m");
    const breached = fold([...breaching, number(0.6)]);
    assert.deepEqual([breached.state, breached.since, breached.breachingSince], ["breached", 60_000, 0]);
    assert.equal(breached.why, "0.6 is > 0.02, held for 1m");
  });

  it("is breached by the first reading where nothing has to hold", () => {
    assert.equal(fold([number(0.5)], { ...LAW, for: 0 }).state, "breached");
  });

  it("starts again after one calm reading", () => {
    const broken = [number(1), number(1), number(1), number(0), number(1), number(1)];
    const last = fold(broken);
    assert.deepEqual([last.state, last.breachingSince], ["pending", 60_000]);
    assert.equal(fold([number(0)]).why, "0 is not > 0.02: calm");
  });

  it("takes a failed reading for neither calm nor a breach", () => {
    const through = fold([number(1), number(1), FAILED, number(1), number(1)]);
    assert.deepEqual([through.state, through.breachingSince], ["breached", 0]);
    assert.equal(fold([number(0), FAILED]).state, "calm");
    assert.equal(fold([number(1), FAILED]).state, "pending");
    assert.equal(fold([FAILED]).state, "noData");
  });

  it("is in error after so many failed readings, says how many, and never counts as calm", () => {
    const error = fold([number(0), FAILED, FAILED, FAILED]);
    assert.deepEqual([error.state, error.failures], ["error", 3]);
    assert.equal(error.why, "The server did not answer. (3 times in a row)");
    assert.equal(fold([number(0), FAILED, FAILED, FAILED, FAILED]).since, 45_000);
    // What held before it is not known to have held through it.
    const after = fold([number(1), FAILED, FAILED, FAILED, number(1)]);
    assert.deepEqual([after.state, after.breachingSince], ["pending", 60_000]);
  });

  const empty: [Law["noData"], SignalState][] = [
    ["calm", "calm"],
    ["breach", "breached"],
    ["error", "noData"],
  ];
  for (const [noData, state] of empty) {
    it(`takes an empty answer for ${noData} where the policy says so`, () => {
      const law = { ...LAW, for: 0, noData };
      assert.equal(fold([EMPTY], law).state, state);
      assert.equal(fold([number(Number.NaN)], law).state, state);
    });
  }

  it("counts an empty answer that means an error as a failed one, and says what it was", () => {
    assert.equal(fold([number(0), EMPTY]).why, "the answer is empty (1 time in a row)");
    assert.equal(
      fold([number(0), number(Number.NaN)]).why,
      "the answer is not a number (NaN) (1 time in a row)",
    );
    assert.equal(fold([EMPTY, FAILED, EMPTY]).state, "error");
  });

  it("forgets a run over a gap in which as many readings are missing as make an error", () => {
    const gap = longestGap(LAW);
    const over = (ms: number) =>
      foldReadings(
        [
          { at: 0, answer: number(1) },
          { at: ms, answer: number(1) },
        ],
        LAW,
      ).at(-1)!;
    assert.deepEqual([over(gap).state, over(gap + 1).state], ["breached", "pending"]);
  });

  it("does not wait for ever where the clock was put back", () => {
    const readings = [100_000, 0, 15_000, 30_000, 45_000, 60_000].map((at) => ({ at, answer: number(1) }));
    assert.equal(foldReadings(readings, LAW).at(-1)!.state, "breached");
  });

  it("names the series that counted", () => {
    const answer: Answer = {
      series: [
        { name: 'pod="b"', value: 0.4 },
        { name: 'pod="a"', value: 0.4 },
        { name: 'pod="c"', value: Number.NaN },
      ],
    };
    const { series, why } = evaluate(LAW, null, { at: 0, answer });
    assert.equal(series, 'pod="a"');
    assert.match(why, /^0\.4 of pod="a" is > 0\.02/);
    assert.equal(evaluate({ ...LAW, breach: null, for: 0 }, null, { at: 0, answer }).state, "breached");
  });

  it("says a failure that came from elsewhere as one inert line", () => {
    assert.equal(
      evaluate(LAW, null, { at: 0, answer: { failed: "a\u001b[31m\nb" } }).why,
      "a [31m b (1 time in a row)",
    );
  });
});

describe("the worst of several series", () => {
  const values = [-3, 0, 2, 2.5, 7].map((value) => ({ name: `s${value}`, value }));
  const wanted: [Comparison["operator"], number, number][] = [
    [">", 2, 7],
    [">=", 2, 7],
    ["<", 2, -3],
    ["<=", 2, -3],
    ["==", 2, 2],
    ["==", 6, 7],
    ["!=", 2, -3],
  ];
  for (const [operator, limit, worst] of wanted) {
    it(`for ${operator} ${limit} is ${worst}`, () => {
      assert.equal(worstOf(values, { operator, value: limit })?.value, worst);
    });
  }

  it("is breaching exactly when any of them is, in whatever order they come", () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, Number.NaN, Infinity, -Infinity));
    const comparison = fc.record({
      operator: fc.constantFrom<Comparison["operator"]>(">", ">=", "<", "<=", "==", "!="),
      value: fc.constantFrom(0, 1, -1, 0.5),
    });
    const series = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c", "d"), value }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        series,
        comparison,
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (all, breach, keys) => {
          const worst = worstOf(all, breach);
          const numbers = all.filter((each) => !Number.isNaN(each.value));
          assert.equal(worst === null, numbers.length === 0);
          if (worst)
            assert.equal(
              isBreaching(worst.value, breach),
              numbers.some((each) => isBreaching(each.value, breach)),
            );
          const shuffled = all.map((each, i) => [keys[i]!, each] as const).sort(([a], [b]) => a - b);
          const again = worstOf(
            shuffled.map(([, each]) => each),
            breach,
          );
          assert.equal(again?.value, worst?.value);
          assert.equal(again?.name, worst?.name);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the law of a signal, against its definition", () => {
  const answer = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<Answer>(number(1), number(1), number(0)) },
    { weight: 2, arbitrary: fc.constantFrom<Answer>(FAILED, EMPTY, number(Number.NaN)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Answer>(
        {
          series: [
            { name: "a", value: 0 },
            { name: "b", value: 1 },
          ],
        },
        {
          series: [
            { name: "a", value: Number.NaN },
            { name: "b", value: 0 },
          ],
        },
      ),
    },
  );
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 20_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 200_000 }) },
  );
  const law = fc.record<Law>({
    breach: fc.constantFrom<Comparison | null>({ operator: ">", value: 0.5 }, { operator: "!=", value: 0 }),
    for: fc.constantFrom(0, 1, 10_000, 45_000, 60_000),
    every: fc.constantFrom(1_000, 15_000),
    noData: fc.constantFrom("calm", "breach", "error"),
    errors: fc.integer({ min: 1, max: 4 }),
  });

  it("holds for every history", () => {
    fc.assert(
      fc.property(law, fc.array(fc.tuple(step, answer), { minLength: 1, maxLength: 25 }), (each, steps) => {
        let at = 1_000_000;
        const readings = steps.map(([ms, said]) => {
          at += ms;
          return { at, answer: said };
        });
        const oracle = new Oracle(readings, each);
        const states = readings.map((_, i) => oracle.state(i));
        foldReadings(readings, each).forEach((evaluation, i) => {
          assert.equal(evaluation.state, states[i], `state of reading ${i}`);
          assert.equal(evaluation.since, oracle.since(i, states), `since of reading ${i}`);
          const start = oracle.runStart(i);
          assert.equal(
            evaluation.breachingSince,
            start < 0 ? null : readings[start]!.at,
            `run of reading ${i}`,
          );
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("numberText", () => {
  it("keeps four digits that count", () => {
    assert.deepEqual([0.0213456, 12345.6, 0, Infinity, -Infinity, 1e-9].map(numberText), [
      "0.02135",
      "12350",
      "0",
      "+Inf",
      "-Inf",
      "1e-9",
    ]);
  });
});

describe("sparkline", () => {
  it("is scaled from the least to the greatest, with the threshold in it", () => {
    assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
    assert.equal(sparkline([0, 0.01, 0.02], 0.08), "▁▂▃");
    assert.equal(sparkline([0, 0, 0], 0.02), "▁▁▁");
  });

  it("shows what is missing as missing", () => {
    assert.equal(sparkline([1, null, 2, Number.NaN]), "▁·█·");
    assert.equal(sparkline([]), "");
    assert.equal(sparkline([null]), "·");
  });

  it("holds for the greatest numbers there are", () => {
    const most = Number.MAX_VALUE;
    assert.equal(sparkline([most / 2, -most, most / 2, most]), "▇▁▇█");
  });

  it("is as long as the numbers, and higher where they are", () => {
    const numbers = fc.array(fc.option(fc.double(), { nil: null }), { maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.option(fc.double({ noNaN: true }), { nil: null }), (values, threshold) => {
        const bars = [...sparkline(values, threshold)];
        assert.equal(bars.length, values.length);
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            if (a !== null && b !== null && a < b) assert.ok(bars[i]! <= bars[j]!);
          });
        });
      }),
    );
  });
});
