import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCalendar } from "../../../../src/domain/policy/calendar.ts";
import { readTargets, readTerms, writeTargets, writeTerms } from "../../../../src/domain/policy/notation.ts";
import {
  CLOCK_NAMES,
  type ClockName,
  SAMPLE_TARGETS,
  SEVERITIES,
  type Severity,
  type Targets,
  type Terms,
  type WorkingHours,
} from "../../../../src/domain/policy/terms.ts";

const DAY = 86_400_000;

const target = fc.option(
  fc.oneof(
    fc.integer({ min: 1, max: 3650 * 1440 }).map((minutes) => minutes * 60_000),
    fc.integer({ min: 1, max: 3650 * DAY }),
  ),
);

function perSeverity<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<Severity, T>> {
  return fc.record({ critical: value, major: value, minor: value });
}

const targets: fc.Arbitrary<Targets> = perSeverity(
  fc.record({ detect: target, mitigate: target, update: target, postmortem: target }),
);

const hours = fc.constantFrom<Record<string, string[]>>(
  { "mon-fri": ["09:00-17:00"] },
  { "mon-thu": ["09:00-12:00", "12:30-17:00"], fri: ["09:00-15:00"] },
  { "fri-mon": ["00:00-24:00"] },
);

const workingHours: fc.Arbitrary<WorkingHours> = fc
  .record({
    timeZone: fc.constantFrom("Europe/Oslo", "UTC", "America/New_York"),
    hours,
    holidays: fc.option(fc.constant<string[]>(["2026-12-25", "2028-02-29"]), { nil: undefined }),
    for: fc.option(fc.subarray<ClockName>([...CLOCK_NAMES], { minLength: 1 }), { nil: undefined }),
  })
  .map(({ holidays, for: clocks, ...rest }) => ({
    ...rest,
    ...(holidays && { holidays }),
    ...(clocks && { for: clocks }),
  }));

const terms: fc.Arbitrary<Terms> = fc.record({
  targets,
  calendar: fc.oneof(fc.constant("always" as const), workingHours),
});

describe("terms as an event keeps them", () => {
  it("are written as the policy writes them", () => {
    assert.deepEqual(writeTerms({ targets: SAMPLE_TARGETS, calendar: "always" }), {
      targets: {
        critical: { detect: "30m", mitigate: "2h", update: "1h", postmortem: "3d" },
        major: { detect: "2h", mitigate: "8h", update: "4h", postmortem: "5d" },
        minor: { detect: "1d", mitigate: "3d", update: null, postmortem: null },
      },
      calendar: "always",
    });
  });

  it("make the round trip through JSON (law)", () => {
    fc.assert(
      fc.property(terms, (generated) => {
        const each = structuredClone(generated);
        const text = JSON.stringify(writeTerms(each));
        assert.deepEqual(readTerms(JSON.parse(text)), each);
        assert.deepEqual(readTerms(writeTerms(each)), each);
        assert.deepEqual(readTargets(writeTargets(each.targets)), each.targets);
      }),
      { numRuns: 300 },
    );
  });

  it("keep nothing of a policy but the terms, and share nothing with it", () => {
    const rule: WorkingHours = { timeZone: "UTC", hours: { mon: ["09:00-10:00"] }, holidays: ["2026-12-25"] };
    const written = writeTerms({ targets: SAMPLE_TARGETS, calendar: rule, service: "x" } as Terms);
    assert.deepEqual(Object.keys(written), ["targets", "calendar"]);
    rule.hours.mon!.push("11:00-12:00");
    assert.deepEqual(written.calendar, {
      timeZone: "UTC",
      hours: { mon: ["09:00-10:00"] },
      holidays: ["2026-12-25"],
    });
  });

  it("take a clock that is left out for none, and pass over what a newer version wrote beside it", () => {
    const severities = { critical: { detect: "PT30M", contain: "1h" }, major: {}, minor: {}, cosmetic: {} };
    const none = { detect: null, mitigate: null, update: null, postmortem: null };
    assert.deepEqual(readTerms({ targets: severities, calendar: "always", council: {} }), {
      targets: { critical: { ...none, detect: 1_800_000 }, major: none, minor: none },
      calendar: "always",
    });
  });

  it("that are equal are one object, so that their calendar is compiled once", () => {
    const written = writeTerms({
      targets: SAMPLE_TARGETS,
      calendar: { timeZone: "Europe/Oslo", hours: { "mon-fri": ["09:00-17:00"] } },
    });
    const [a, b] = [readTerms(structuredClone(written)), readTerms(structuredClone(written))];
    assert.ok(a && b);
    assert.equal(a, b);
    assert.equal(compileCalendar(a.calendar), compileCalendar(b.calendar));
    assert.throws(() => {
      a.targets.critical.detect = 1;
    }, TypeError);
  });

  const sample = writeTargets(SAMPLE_TARGETS);
  const rule = { timeZone: "UTC", hours: { mon: ["09:00-10:00"] } };
  const withTarget = (value: unknown) => ({
    targets: { ...sample, major: { detect: value } },
    calendar: "always",
  });
  const withCalendar = (calendar: unknown) => ({ targets: sample, calendar });
  const circle: Record<string, unknown> = { targets: sample };
  circle.calendar = circle;
  const malformed: unknown[] = [
    undefined,
    null,
    "always",
    5,
    [],
    {},
    circle,
    { targets: sample, calendar: 5n },
    { calendar: "always" },
    { targets: [], calendar: "always" },
    { targets: { ...sample, minor: undefined }, calendar: "always" },
    { targets: { ...sample, minor: [] }, calendar: "always" },
    ...["", "soon", "0m", "9999w", 30, true, [], {}].map(withTarget),
    ...["never", [], {}, 5].map(withCalendar),
    ...[
      { timeZone: "UTC" },
      { hours: rule.hours },
      { ...rule, timeZone: "Mars/Olympus" },
      { ...rule, timeZone: 5 },
      { ...rule, surprise: 1 },
      { ...rule, hours: {} },
      { ...rule, hours: [] },
      { ...rule, hours: { mon: [] } },
      { ...rule, hours: { mon: "09:00-10:00" } },
      { ...rule, hours: { mon: [5] } },
      { ...rule, hours: { monday: ["09:00-10:00"] } },
      { ...rule, hours: { mon: ["10:00-09:00"] } },
      { ...rule, hours: { mon: ["9:00-10:00"] } },
      { ...rule, hours: { mon: ["09:00-10:00", "09:30-11:00"] } },
      { ...rule, hours: { "mon-tue": ["09:00-10:00"], tue: ["11:00-12:00"] } },
      { ...rule, holidays: ["2026-02-30"] },
      { ...rule, holidays: ["+02026-02-20"] },
      { ...rule, holidays: "2026-12-25" },
      { ...rule, for: [] },
      { ...rule, for: ["everything"] },
      { ...rule, for: ["update", "update"] },
    ].map(withCalendar),
  ];
  malformed.forEach((value, i) => {
    it(`are refused when malformed (${i})`, () => assert.equal(readTerms(value), null));
  });

  it("run always where no calendar is on record", () => {
    assert.equal(readTerms({ targets: sample })!.calendar, "always");
  });

  it("never throw, whatever is on record (law)", () => {
    const check = (value: unknown) => {
      const read = readTerms(value);
      if (read) for (const severity of SEVERITIES) assert.ok(read.targets[severity]);
      readTargets(value);
    };
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), check),
    );
    const part = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.record({
          targets: fc.oneof(part, fc.record({ critical: part, major: part, minor: part })),
          calendar: fc.oneof(part, fc.record({ timeZone: part, hours: part, holidays: part, for: part })),
        }),
        check,
      ),
    );
  });
});
