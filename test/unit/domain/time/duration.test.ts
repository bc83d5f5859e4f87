import assert from "node:assert/strict";
import fc from "fast-check";
import { DURATION_PATTERN, parseDuration, writeDuration } from "../../../../src/domain/time/duration.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("durations", () => {
  const good: [string, number][] = [
    ["30m", 30 * MINUTE],
    ["2h", 2 * HOUR],
    ["1h30m", 90 * MINUTE],
    ["3d", 3 * DAY],
    ["2w", 14 * DAY],
    ["72h", 3 * DAY],
    ["90m", 90 * MINUTE],
    ["1w2d3h4m5s", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND],
    ["0s", 0],
    ["00m", 0],
    ["999999w", 999_999 * 7 * DAY],
    ["PT30M", 30 * MINUTE],
    ["PT72H", 3 * DAY],
    ["P3D", 3 * DAY],
    ["P2W", 14 * DAY],
    ["P1DT2H3M4S", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
    ["PT0.5S", 500],
    ["PT1,25S", 1250],
    ["PT0.001S", 1],
    ["PT0S", 0],
  ];
  for (const [text, ms] of good) it(`reads ${text}`, () => assert.equal(parseDuration(text), ms));

  const bad = [
    "",
    " ",
    "30",
    "30 m",
    " 30m",
    "30m ",
    "30m\n",
    "m",
    "-30m",
    "+30m",
    "1.5h",
    "30M",
    "30min",
    "1m1h",
    "1h1h",
    "1000000h",
    "P",
    "PT",
    "P1DT",
    "P1Y",
    "P1M",
    "P1W1D",
    "P1D1H",
    "PT1H30",
    "PT1.S",
    "PT.5S",
    "PT1.5H",
    "PT1.2345S",
    "pt30m",
    "PT30M5H",
    "-PT30M",
    "1e3s",
    "٣m",
    "Infinity",
  ];
  for (const text of bad)
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), null));

  it("has a pattern that takes exactly what is read", () => {
    const pattern = new RegExp(DURATION_PATTERN);
    const unicode = new RegExp(DURATION_PATTERN, "u");
    for (const [text] of good) assert.ok(pattern.test(text), text);
    for (const text of bad) assert.ok(!pattern.test(text), text);
    const pieces = fc.constantFrom(
      "P",
      "T",
      "1",
      "23",
      "w",
      "d",
      "h",
      "m",
      "s",
      "W",
      "D",
      "H",
      "M",
      "S",
      ".",
      ",",
      "0",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const text = parts.join("");
        assert.equal(pattern.test(text), parseDuration(text) !== null, text);
        assert.equal(unicode.test(text), pattern.test(text), text);
      }),
      { numRuns: 3000 },
    );
  });

  it("writes what it reads back to the same number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 * DAY }), (ms) => {
        assert.equal(parseDuration(writeDuration(ms)), ms);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 * 86_400 }), (seconds) => {
        const text = writeDuration(seconds * SECOND);
        assert.equal(parseDuration(text), seconds * SECOND);
        assert.match(text, /^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/);
      }),
    );
  });

  it("writes it short", () => {
    assert.equal(writeDuration(0), "0s");
    assert.equal(writeDuration(30 * MINUTE), "30m");
    assert.equal(writeDuration(90 * MINUTE), "1h30m");
    assert.equal(writeDuration(72 * HOUR), "3d");
    assert.equal(writeDuration(90 * DAY + 1), "P90DT0.001S");
    assert.equal(writeDuration(1500), "PT1.500S");
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ maxLength: 30 }), (text) => void parseDuration(text)));
  });
});
