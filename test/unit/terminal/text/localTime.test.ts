import assert from "node:assert/strict";
import { LocalTime } from "../../../../src/terminal/text/localTime.ts";
import { at } from "../../../support/record/events.ts";

function inZone<T>(zone: string, act: () => T): T {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return act();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

const told = (zone: string, now: number, when: number) => inZone(zone, () => new LocalTime(now).time(when));

describe("LocalTime", () => {
  const noon = at("12:00");
  const cases: [string, number, string][] = [
    ["UTC", at("13:04"), "13:04 UTC"],
    ["Europe/Oslo", at("13:04"), "14:04 CET"],
    ["Europe/London", at("13:04"), "13:04 GMT"],
    ["America/New_York", at("13:04"), "08:04 EST"],
    ["Australia/Sydney", at("12:59"), "23:59 AEDT"],
    ["Australia/Sydney", at("13:04"), "24 Nov 00:04 AEDT"],
    ["Asia/Kathmandu", at("13:04"), "18:49 UTC+05:45"],
    ["Europe/Oslo", at("2026-11-26T13:04Z"), "26 Nov 14:04 CET"],
    ["Europe/Oslo", at("2026-07-01T13:04Z"), "1 Jul 15:04 CEST"],
    ["Europe/Oslo", at("2027-01-02T13:04Z"), "2 Jan 2027 14:04 CET"],
  ];
  for (const [zone, when, wanted] of cases) {
    it(`tells ${wanted} in ${zone}`, () => assert.equal(told(zone, noon, when), wanted));
  }
});
