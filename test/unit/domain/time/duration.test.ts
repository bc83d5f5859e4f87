import assert from "node:assert/strict";
import fc from "fast-check";
import { KNOWN_TYPES } from "../../../../src/domain/record/eventData.ts";
import { eventWords } from "../../../../src/domain/record/timeline.ts";
import { markdownText, plainText } from "../../../../src/domain/text/plainText.ts";
import {
  countdown,
  DURATION_PATTERN,
  exactly,
  parseDuration,
  roughly,
  writeDuration,
} from "../../../../src/domain/time/duration.ts";
import { event } from "../../../support/record/events.ts";

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

const S = 1000;
const M = 60 * S;
const H = 60 * M;

describe("wording", () => {
  it("counts down as the status bar shows it", () => {
    assert.deepEqual([72 * H, 26 * H, 72 * M, H, H - S, 12 * M + 34 * S, 4 * S, 0].map(countdown), [
      "3d",
      "1d 2h",
      "1h 12m",
      "1h",
      "59:59",
      "12:34",
      "0:04",
      "0:00",
    ]);
    assert.deepEqual([-90 * S, -72 * M].map(countdown), ["1:30", "1h 12m"]);
  });

  it("speaks of minutes in rows and of seconds in verdicts", () => {
    assert.deepEqual([59 * S, 12 * M + 59 * S, 72 * M].map(roughly), ["under 1m", "12m", "1h 12m"]);
    assert.deepEqual([45 * S, 12 * M + 3 * S, 72 * M].map(exactly), ["45s", "12m 3s", "1h 12m"]);
  });

  it("says from what a start was assumed, as far as that is known", () => {
    const started = event("started", 0, { data: { assumed: true } });
    const words = (drop: string | null) => eventWords(started, { events: [], drop });
    assert.equal(words("drop-1"), "Impact started (assumed: the drop shipped)");
    assert.equal(words(null), "Impact started (assumed: it was detected)");
    assert.equal(eventWords(started), "Impact started (assumed)");
  });

  it("knows every type that is written, and says of a stage where it came from", () => {
    for (const type of KNOWN_TYPES)
      assert.doesNotMatch(eventWords(event(type, 0, { data: { why: "so" } })), /newer version/, type);
    const stage = (data: object) => eventWords(event("stage", 0, { data: { stage: "testbed", ...data } }));
    assert.equal(stage({ from: "broad", why: "errors" }), "From broad to testbed: errors");
    assert.equal(stage({}), "In testbed");
    const override = { why: "hurry", stage: "broad" };
    assert.equal(
      eventWords(event("override", 0, { data: override })),
      "Council overridden, also for broad: hurry",
    );
  });

  it("keeps what people wrote inert", () => {
    const nasty = "a\u001b[31mred\u001b[0m\nb\u202Ec <b>[x](command:evil)</b>";
    assert.equal(plainText(nasty), "a [31mred [0m b c <b>[x](command:evil)</b>");
    assert.doesNotMatch(markdownText(nasty), /(?<!\\)[[<]|command:evil\)/);
    assert.match(eventWords(event("note", 0, { data: { text: nasty } })), /^a \[31mred/);
  });

  it("is one line for any event whatever (law)", () => {
    const types = fc.constantFrom(
      "opened",
      "note",
      "severity",
      "mitigated",
      "retracted",
      "shipped",
      "rollback-started",
      "rollback-step",
      "rollback-failed",
      "rolled-back",
      "drill",
      "\u001b[2J",
    );
    fc.assert(
      fc.property(
        types,
        fc.dictionary(
          fc.constantFrom(
            "text",
            "title",
            "to",
            "why",
            "how",
            "commit",
            "branch",
            "step",
            "outcome",
            "durationMs",
          ),
          fc.anything(),
        ),
        (type, data) => {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the law
          assert.doesNotMatch(eventWords(event(type, 0, { data })), /[\u0000-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });
});
