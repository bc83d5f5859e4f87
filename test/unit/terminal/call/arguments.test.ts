import assert from "node:assert/strict";
import { HumanError } from "../../../../src/domain/text/humanError.ts";
import { instantArgument } from "../../../../src/terminal/call/arguments.ts";
import { at } from "../../../support/record/events.ts";

const now = () => at("12:00");
const read = (text: string) => instantArgument("--at-time", text, now);

describe("instantArgument", () => {
  const accepted: [string, number][] = [
    ["2026-11-23T10:04Z", at("10:04")],
    ["2026-11-23T10:04:05.250Z", at("10:04:05") + 250],
    ["2026-11-23T11:04+01:00", at("10:04")],
    ["2026-11-23 11:04+0100", at("10:04")],
    [" 2026-11-23T10:04Z ", at("10:04")],
    ["now", at("12:00")],
    ["Now", at("12:00")],
    ["15m ago", at("11:45")],
    ["-15m", at("11:45")],
    ["- 15m", at("11:45")],
    ["1h 30m ago", at("10:30")],
    ["1h30m ago", at("10:30")],
    ["-PT30M", at("11:30")],
    ["0s ago", at("12:00")],
  ];
  for (const [text, wanted] of accepted) {
    it(`reads “${text}”`, () => assert.equal(read(text), wanted));
  }

  const refused: [string, RegExp][] = [
    [
      "2026-11-23T10:04",
      /has no time zone.*write 2026-11-23T10:04Z for UTC, or with an offset: 2026-11-23T10:04\+01:00/,
    ],
    ["2026-11-23 10:04:05", /has no time zone/],
    ["2026-11-23", /is not an instant; write it like/],
    ["2026-02-30T10:00Z", /is not an instant/],
    ["10:04", /is not an instant/],
    ["15m", /is not an instant/],
    ["in 15m", /is not an instant/],
    ["--15m", /is not an instant/],
    ["15 ago", /is not an instant/],
    ["", /is not an instant/],
    ["\u001b[31mnow", /--at-time “\[31mnow” is not an instant/],
  ];
  for (const [text, wanted] of refused) {
    it(`refuses “${text.replace("\u001b", "ESC")}”`, () => {
      assert.throws(
        () => read(text),
        (error) => error instanceof HumanError && error.kind === "usage" && wanted.test(error.message),
      );
    });
  }
});
