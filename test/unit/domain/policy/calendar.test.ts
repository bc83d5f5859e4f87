import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCalendar, readSpan, weekdaysOf } from "../../../../src/domain/policy/calendar.ts";
import type { WorkingHours } from "../../../../src/domain/policy/terms.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const hours = (
  timeZone: string,
  span: string | string[],
  more: Partial<WorkingHours> = {},
): WorkingHours => ({
  timeZone,
  hours: { "mon-sun": [span].flat() },
  ...more,
});

const utc = (text: string) => Date.parse(text);

/** The law by brute force: ask the wall clock of every half minute. */
function oracle(rule: WorkingHours, from: number, to: number, step = 30 * SECOND): number {
  const wall = new Intl.DateTimeFormat("en-GB", {
    timeZone: rule.timeZone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let sum = 0;
  for (let at = from; at < to; at += step) {
    const part = Object.fromEntries(wall.formatToParts(at).map(({ type, value }) => [type, value]));
    if (rule.holidays?.includes(`${part.year}-${part.month}-${part.day}`)) continue;
    const minute = Number(part.hour) * 60 + Number(part.minute);
    const day = part.weekday!.toLowerCase();
    const works = Object.entries(rule.hours).some(
      ([key, spans]) =>
        (weekdaysOf(key) as string[]).includes(day) &&
        spans.map((span) => readSpan(span)!).some((span) => minute >= span.from && minute < span.to),
    );
    if (works) sum += step;
  }
  return sum;
}

describe("calendar", () => {
  it("counts working hours only, over lunch, night and weekend", () => {
    const calendar = compileCalendar({
      timeZone: "Europe/Oslo",
      hours: { "mon-thu": ["09:00-12:00", "12:30-17:00"], fri: ["09:00-15:00"] },
      holidays: ["2026-12-25"],
    });
    // Friday 20 November 14:00 to Monday 23 November 10:00, Oslo (UTC+1).
    assert.equal(calendar.counted(utc("2026-11-20T13:00Z"), utc("2026-11-23T09:00Z")), 2 * HOUR);
    assert.equal(calendar.after(utc("2026-11-20T13:00Z"), 2 * HOUR), utc("2026-11-23T09:00Z"));
    assert.equal(calendar.after(utc("2026-11-23T10:30Z"), HOUR), utc("2026-11-23T12:00Z"));
    // A holiday on a Friday.
    assert.equal(calendar.counted(utc("2026-12-25T00:00Z"), utc("2026-12-26T00:00Z")), 0);
    assert.equal(calendar.counts(utc("2026-11-23T11:15Z")), false);
    assert.equal(calendar.counts(utc("2026-11-23T11:30Z")), true);
  });

  it("loses the hour that is skipped, a span that begins in it included", () => {
    // Oslo, 29 March 2026: 02:00 becomes 03:00.
    const day = [utc("2026-03-28T23:00Z"), utc("2026-03-29T22:00Z")] as const;
    assert.equal(compileCalendar(hours("Europe/Oslo", "00:00-24:00")).counted(...day), 23 * HOUR);
    assert.equal(compileCalendar(hours("Europe/Oslo", "02:30-03:30")).counted(...day), 30 * MINUTE);
    assert.equal(compileCalendar(hours("Europe/Oslo", "02:15-02:45")).counted(...day), 0);
    assert.equal(
      compileCalendar(hours("Europe/Oslo", "02:30-03:30")).after(day[0], 1),
      utc("2026-03-29T01:00Z") + 1,
    );
  });

  it("counts the hour that happens twice twice, a span that begins in it included", () => {
    // Oslo, 25 October 2026: 03:00 becomes 02:00.
    const day = [utc("2026-10-24T22:00Z"), utc("2026-10-25T23:00Z")] as const;
    assert.equal(compileCalendar(hours("Europe/Oslo", "00:00-24:00")).counted(...day), 25 * HOUR);
    assert.equal(compileCalendar(hours("Europe/Oslo", "02:30-03:30")).counted(...day), 90 * MINUTE);
    assert.equal(compileCalendar(hours("Europe/Oslo", "01:30-02:30")).counted(...day), 90 * MINUTE);
  });

  it("knows zones that shift by half an hour and at midnight", () => {
    for (const [zone, date] of [
      ["Australia/Lord_Howe", "2026-04-04"],
      ["Australia/Lord_Howe", "2026-10-03"],
      ["America/Havana", "2026-03-08"],
      ["America/Havana", "2026-11-01"],
      ["Asia/Beirut", "2026-03-29"],
      ["Africa/Cairo", "2026-10-29"],
    ] as const) {
      const rule = hours(zone, ["00:00-01:15", "01:45-03:00", "23:15-24:00"]);
      const from = utc(`${date}T00:00Z`) - 12 * HOUR;
      assert.equal(
        compileCalendar(rule).counted(from, from + 48 * HOUR),
        oracle(rule, from, from + 48 * HOUR),
        zone,
      );
    }
  });

  it("never comes due where no time counts", () => {
    const never = compileCalendar({ timeZone: "UTC", hours: { mon: [] } });
    assert.equal(never.after(utc("2026-11-23T00:00Z"), 1), null);
    assert.equal(never.counted(utc("2026-11-23T00:00Z"), utc("2027-11-23T00:00Z")), 0);
  });

  const zones = fc.constantFrom(
    "UTC",
    "Europe/Oslo",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
  );
  const minutes = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 })
    .map((marks) => marks.sort((a, b) => a - b));
  const clock = (quarter: number) =>
    `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
  const spans = minutes.map((marks) =>
    Array.from(
      { length: Math.floor(marks.length / 2) },
      (_, i) => `${clock(marks[2 * i]!)}-${clock(marks[2 * i + 1]!)}`,
    ),
  );
  const rules = fc.record({
    timeZone: zones,
    hours: fc.dictionary(fc.constantFrom("mon", "tue", "wed-fri", "sat-sun"), spans, { minKeys: 1 }),
    holidays: fc.constantFrom<string[]>([], ["2026-03-29"], ["2026-10-26", "2026-11-01"]),
  });
  // Around the changes of the clock, where it hurts.
  const starts = fc
    .tuple(
      fc.constantFrom("2026-03-08", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"),
      fc.nat(2880),
    )
    .map(([date, halves]) => utc(`${date}T00:00Z`) + halves * 30 * SECOND);

  it("equals the wall clock asked every half minute (law)", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(rules, starts, fc.nat(2 * 2880), (rule, from, halves) => {
        const to = from + halves * 30 * SECOND;
        assert.equal(compileCalendar(rule).counted(from, to), oracle(rule, from, to));
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it("`after` is the earliest instant by which so much has counted (law)", () => {
    fc.assert(
      fc.property(rules, starts, fc.integer({ min: 1, max: 200 * HOUR }), (rule, from, ms) => {
        const calendar = compileCalendar(rule);
        const due = calendar.after(from, ms);
        if (due === null) return;
        assert.equal(calendar.counted(from, due), ms);
        assert.equal(calendar.counted(from, due - 1), ms - 1);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("adds up (law)", () => {
    fc.assert(
      fc.property(rules, starts, fc.nat(40 * 24 * HOUR), fc.nat(40 * 24 * HOUR), (rule, from, a, b) => {
        const calendar = compileCalendar(rule);
        const whole = calendar.counted(from, from + a + b);
        assert.equal(calendar.counted(from, from + a) + calendar.counted(from + a, from + a + b), whole);
      }),
      { numRuns: 300, seed: 8 },
    );
  });
});
