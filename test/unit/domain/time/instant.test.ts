import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatInstant,
  instantOfSeconds,
  lacksZone,
  parseInstant,
} from "../../../../src/domain/time/instant.ts";

describe("instant", () => {
  it("reads git's seconds, as far as they can be written", () => {
    assert.equal(formatInstant(instantOfSeconds("1795424640")!), "2026-11-23T09:04:00.000Z");
    assert.equal(formatInstant(instantOfSeconds("253402300799")!), "9999-12-31T23:59:59.000Z");
    for (const seconds of ["253402300800", "9".repeat(400), "-5", "", "notadate", undefined])
      assert.equal(instantOfSeconds(seconds), null, seconds);
  });

  for (const [text, iso] of [
    ["2026-11-23T10:04:00.000Z", "2026-11-23T10:04:00.000Z"],
    ["2026-11-23T10:04Z", "2026-11-23T10:04:00.000Z"],
    ["2026-11-23 10:04:05+01:00", "2026-11-23T09:04:05.000Z"],
    ["2026-11-23T10:04:05.123456-0530", "2026-11-23T15:34:05.123Z"],
    ["2026-11-23T10:04:05+01", "2026-11-23T09:04:05.000Z"],
    ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(formatInstant(parseInstant(text)!), iso));
  }

  for (const text of [
    "2026-11-23T10:04:00",
    "2026-11-23",
    "10:04",
    "",
    "now",
    "2026-13-01T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
    "2027-02-29T00:00:00Z",
    "2026-11-23T24:00:00.000Z",
    "2026-11-23T10:60:00Z",
    "2026-11-23T10:04:00+25:00",
    "2026-11-23T1a:04:00.000Z",
    "2026-11-23T10:04:00.0x0Z",
    "0000-11-23T10:04:00.000Z",
    "2026-11-23T10:04:00.000Z\n",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseInstant(text), null));
  }

  it("knows what only lacks its zone", () => {
    assert.equal(lacksZone("2026-11-23T10:04"), true);
    assert.equal(lacksZone("yesterday"), false);
  });

  it("reads what it writes, and agrees with Date (law)", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2400-01-01"), noInvalidDate: true }), (date) => {
        assert.equal(parseInstant(formatInstant(date.getTime())), date.getTime());
      }),
    );
  });

  it("never throws, and gives a number that Date reads the same (law)", () => {
    const pieces = fc.array(fc.constantFrom("2026", "-", "02", "30", "T", ":", "Z", "+", "9", ".", " "), {
      maxLength: 24,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const at = parseInstant(parts.join(""));
        if (at !== null) assert.ok(Number.isInteger(at));
      }),
      { numRuns: 2000 },
    );
  });
});
