import assert from "node:assert/strict";
import fc from "fast-check";
import { formatInstant } from "../../../../src/domain/time/instant.ts";
import { timeInText } from "../../../../src/domain/time/textTime.ts";
import { at } from "../../../support/record/events.ts";

const context = { zone: null, from: at("09:50"), now: at("15:00") };
const read = (line: string, over: Partial<{ zone: string | null; from: number; now: number }> = {}) => {
  const found = timeInText(line, { ...context, ...over });
  return found && [found.at === null ? null : formatInstant(found.at), found.rest, found.zoned];
};
const OSLO = { zone: "Europe/Oslo" };

describe("the time that a line carries", () => {
  it("is read from logs that name their zone", () => {
    const lines: [string, string, string][] = [
      ["2026-11-23T10:04:05.678Z ERROR payment refused", "2026-11-23T10:04:05.678Z", "ERROR payment refused"],
      ["[2026-11-23 11:04:05,678 +0100] refused", "2026-11-23T10:04:05.678Z", "refused"],
      ['{"ts":"2026-11-23T10:04:05Z","msg":"x"}', "2026-11-23T10:04:05.000Z", '{"ts":"","msg":"x"}'],
      [
        "<34>1 2026-11-23T10:04:05.003123-01:00 host app - x",
        "2026-11-23T11:04:05.003Z",
        "<34>1 host app - x",
      ],
      [
        '10.0.0.1 - - [23/Nov/2026:10:04:05 +0000] "POST /pay" 502',
        "2026-11-23T10:04:05.000Z",
        '10.0.0.1 - - "POST /pay" 502',
      ],
      ["2026/11/23 10:04:05 UTC [error] upstream", "2026-11-23T10:04:05.000Z", "[error] upstream"],
      ["2026-11-23t10:04:05z x", "2026-11-23T10:04:05.000Z", "x"],
      ["20261123T100405Z x", "2026-11-23T10:04:05.000Z", "x"],
      ["2026-11-23 11:04:05.123+01 ERROR:  x", "2026-11-23T10:04:05.123Z", "ERROR: x"],
      ["2026-11-23 02:04:05 PM UTC x", "2026-11-23T14:04:05.000Z", "x"],
      ["Mon, 23 Nov 2026 10:04:05 GMT x", "2026-11-23T10:04:05.000Z", "Mon, x"],
      ["Mon Nov 23 10:04:05 UTC 2026 x", "2026-11-23T10:04:05.000Z", "Mon x"],
      ["1795428245 boom", "2026-11-23T10:04:05.000Z", "boom"],
      ["[1795428245.5] boom", "2026-11-23T10:04:05.500Z", "boom"],
      ['{"ts":1795428245.123,"msg":"x"}', "2026-11-23T10:04:05.123Z", '{"ts":,"msg":"x"}'],
      ['{"msg":"x","time":1795428245123}', "2026-11-23T10:04:05.123Z", '{"msg":"x","time":}'],
      ["msg=audit(1795428245.123:420): denied", "2026-11-23T10:04:05.123Z", "msg=audit(:420): denied"],
    ];
    for (const [line, instant, rest] of lines) assert.deepEqual(read(line), [instant, rest, true], line);
  });

  it("is no time until somebody says its zone, where it names none", () => {
    const lines = [
      "2026/11/23 11:04:05 [error] upstream",
      "Nov 23 11:04:05 web-1 app[7]: refused",
      "[11:04] refunds fail too",
      "11:04 refunds fail too",
      "Ana  11:04 AM",
      "11:04:05.000 refused",
      "Nov 23, 2026 11:04:05 AM com.acme.Pay pay",
      "23 Nov 2026 11:04:05 x",
      "23.11.2026 11:04 Ana: hi",
      "[23.11.26, 11:04:05] Ana: hi",
      "2026-11-23 11:04:05 AM x",
      "I1123 11:04:05.000000 1 main.go:42] x",
    ];
    for (const line of lines) {
      assert.equal(read(line)![0], null, line);
      assert.match(String(read(line, OSLO)![0]), /^2026-11-23T10:04:0[05]\.000Z$/, line);
      assert.equal(read(line, OSLO)![2], false);
    }
    assert.deepEqual(read("[11:04] refunds fail too", OSLO)![1], "refunds fail too");
    assert.equal(read("[Mon Nov 23 11:04:05.123456 2025] [error] x", OSLO)![0], "2025-11-23T10:04:05.123Z");
    assert.equal(read("2026-11-23 1:04:05 PM x", OSLO)![0], "2026-11-23T12:04:05.000Z");
    assert.deepEqual(read("11:04:05.250 x", OSLO)!.slice(0, 2), ["2026-11-23T10:04:05.250Z", "x"]);
  });

  it("is cut out of its line, and no word with it", () => {
    assert.equal(read("errors since 11:04 in the shop", OSLO)![1], "errors since in the shop");
    assert.equal(read("Ana Silva  11:04 AM", OSLO)![1], "Ana Silva");
    assert.equal(read("Ana [11:04]: refunds fail", OSLO)![1], "Ana : refunds fail");
  });

  it("is read in the twelve hours of a clock", () => {
    assert.equal(read("[2:04 PM] x", OSLO)![0], "2026-11-23T13:04:00.000Z");
    assert.equal(read("12:05 am: x", { zone: "UTC", from: at("00:00") })![0], "2026-11-23T00:05:00.000Z");
  });

  it("takes its day from the incident, over midnight as well", () => {
    const night = { zone: "UTC", from: at("23:50"), now: at("2026-11-24T02:00Z") };
    assert.equal(read("[23:55] x", night)![0], "2026-11-23T23:55:00.000Z");
    assert.equal(read("[00:10] x", night)![0], "2026-11-24T00:10:00.000Z");
    assert.equal(read("[09:40] before it began", { zone: "UTC" })![0], "2026-11-23T09:40:00.000Z");
  });

  it("takes the year of a syslog line from now", () => {
    const january = { zone: "UTC", now: at("2027-01-02T10:00Z") };
    assert.equal(read("Dec 31 23:59:00 host x", january)![0], "2026-12-31T23:59:00.000Z");
    assert.equal(read("Jan  2 09:00:00 host x", january)![0], "2027-01-02T09:00:00.000Z");
  });

  it("is not found in what is none", () => {
    for (const line of [
      "",
      "version 10.04.05",
      "ratio 3:1 and 12:345",
      "2026-13-45T10:00Z",
      "25:99 x",
      "see 127.0.0.1:8080",
      "1234567890 orders are waiting",
      "order 1795428245 is lost",
    ]) {
      assert.equal(read(line, OSLO), null, line);
    }
  });

  it("is the instant that was written, whatever stands around it", () => {
    const instant = fc.integer({ min: at("2026-01-01T00:00Z"), max: at("2026-12-31T00:00Z") });
    const words = fc.stringMatching(/^[a-z {}[\]"=]{0,20}$/);
    fc.assert(
      fc.property(instant, words, words, (when, before, after) => {
        const found = timeInText(`${before} ${formatInstant(when)} ${after}`, context);
        assert.equal(found!.at, when);
      }),
    );
  });
});
