import assert from "node:assert/strict";
import fc from "fast-check";
import { sparkline } from "../../../src/domain/sparkline.ts";

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
