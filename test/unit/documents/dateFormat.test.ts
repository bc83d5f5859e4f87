import assert from "node:assert/strict";
import { formatDate, minuteInUtc } from "../../../src/documents/dateFormat.ts";
import { at } from "../../support/record/events.ts";

describe("a date in a document", () => {
  it("is in UTC, to the minute", () => {
    assert.equal(minuteInUtc(at("10:04:59")), "2026-11-23 10:04 UTC");
  });

  it("follows a pattern in any zone, over the change of summer time", () => {
    const pattern = "%Y-%m-%d %H:%M:%S %Z";
    assert.equal(formatDate(at("00:05:09"), pattern), "2026-11-23 00:05:09 UTC");
    assert.equal(formatDate(at("23:30"), pattern, "Europe/Oslo"), "2026-11-24 00:30:00 Europe/Oslo");
    assert.equal(formatDate(at("2026-03-29T00:59:00Z"), "%H:%M", "Europe/Oslo"), "01:59");
    assert.equal(formatDate(at("2026-03-29T01:00:00Z"), "%H:%M", "Europe/Oslo"), "03:00");
    assert.equal(formatDate(at("09:00"), "%a %A %e %d %b %B 100%%"), "Mon Monday 23 23 Nov November 100%");
  });

  it("refuses what it does not know", () => {
    assert.throws(() => formatDate(at("09:00"), "%Q"), /a date has no “%Q”; use %Y/);
    assert.throws(() => formatDate(at("09:00"), "%"), /a date has no “%”/);
    assert.throws(() => formatDate(at("09:00"), "%Y", "Mars/Base"), /“Mars\/Base” is no time zone/);
  });
});
