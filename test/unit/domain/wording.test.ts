import assert from "node:assert/strict";
import fc from "fast-check";
import { eventWords } from "../../../src/domain/eventWords.ts";
import { KNOWN_TYPES } from "../../../src/domain/record/eventData.ts";
import { markdownText, plainText } from "../../../src/domain/text/plainText.ts";
import { countdown, exactly, roughly } from "../../../src/domain/wording.ts";
import { event } from "../../support/events.ts";

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
