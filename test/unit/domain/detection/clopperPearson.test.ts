import assert from "node:assert/strict";
import fc from "fast-check";
import { incompleteBeta, logGamma, upperLimit } from "../../../../src/domain/detection/normal.ts";

/** P(X <= bad) of a binomial, term by term: no gamma function, no beta. */
function binomialTail(bad: number, all: number, p: number): number {
  let log = all * Math.log1p(-p);
  let sum = Math.exp(log);
  for (let x = 1; x <= bad; x++) {
    log += Math.log((all - x + 1) / x) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(log);
  }
  return sum;
}

const near = (actual: number, expected: number, relative: number) =>
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${actual} is not near ${expected}`,
  );

describe("the upper limit of a share", () => {
  const counts = fc
    .tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 0.999, noNaN: true }))
    .map(([all, share]) => ({ all, bad: Math.floor(all * share) }));
  const risks = fc.constantFrom(0.1, 0.05, 0.01, 0.0005, 0.0001, 1e-6);

  it("is where the binomial tail, summed term by term, equals the risk", () => {
    fc.assert(
      fc.property(counts, risks, ({ all, bad }, risk) => {
        const limit = upperLimit(bad, all, risk);
        assert.ok(binomialTail(bad, all, limit * (1 - 1e-9)) > risk);
        assert.ok(binomialTail(bad, all, Math.min(limit * (1 + 1e-9), 1 - 1e-16)) < risk);
      }),
    );
  });

  it("has its closed form where nothing was bad", () => {
    for (const all of [1, 10, 1e3, 1e6, 1e9]) {
      near(upperLimit(0, all, 0.0005), -Math.expm1(Math.log(0.0005) / all), 1e-9);
    }
  });

  it("holds for large counts, by the normal approximation", () => {
    const [bad, all] = [1e6, 2e8];
    // 3.2905 is the 0.9995 quantile of the normal distribution; the next term of the expansion is (z^2 - 1) / 3.
    near(upperLimit(bad, all, 0.0005) * all, bad + 3.2905 * Math.sqrt(bad) + (3.2905 ** 2 + 2) / 3, 1e-5);
  });

  it("grows with the bad events and as the risk falls, and lies above the share itself", () => {
    fc.assert(
      fc.property(counts, risks, ({ all, bad }, risk) => {
        const limit = upperLimit(bad, all, risk);
        assert.ok(limit > bad / all);
        assert.ok(upperLimit(bad, all, risk / 2) > limit);
        assert.ok(upperLimit(bad + 0.25, all, risk) > limit || bad + 0.25 >= all);
      }),
    );
  });

  it("is 1 where all were bad or nothing is known, and refuses what is no count", () => {
    assert.deepEqual([upperLimit(5, 5, 0.01), upperLimit(0, 0, 0.01)], [1, 1]);
    for (const [bad, all, risk] of [
      [-1, 5, 0.1],
      [Number.NaN, 5, 0.1],
      [1, 5, 0],
      [1, 5, 1],
    ] as const) {
      assert.throws(() => upperLimit(bad, all, risk), RangeError);
    }
  });
});

describe("the incomplete beta function", () => {
  it("is the integral of its density", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 3, max: 60, noNaN: true }),
        fc.double({ min: 3, max: 60, noNaN: true }),
        (x, a, b) => {
          const integral = (to: number) => simpson((t) => t ** (a - 1) * (1 - t) ** (b - 1), 0, to);
          assert.ok(Math.abs(incompleteBeta(x, a, b) - integral(x) / integral(1)) < 1e-6);
        },
      ),
    );
  });

  it("adds up to 1 with its mirror image", () => {
    fc.assert(
      fc.property(
        // So that 1 - x is exact.
        fc.nat(1024).map((part) => part / 1024),
        fc.double({ min: 0.5, max: 5000, noNaN: true }),
        fc.double({ min: 0.5, max: 5000, noNaN: true }),
        (x, a, b) => assert.ok(Math.abs(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a) - 1) < 1e-9),
      ),
    );
  });

  it("has a gamma function that multiplies", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (x) => {
        const error = logGamma(x + 1) - logGamma(x) - Math.log(x);
        assert.ok(Math.abs(error) <= 1e-14 * Math.max(1, Math.abs(logGamma(x + 1))));
      }),
    );
    near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-13);
  });
});

function simpson(f: (t: number) => number, from: number, to: number): number {
  const steps = 4000;
  const width = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * f(from + i * width);
  return (sum * width) / 3;
}
