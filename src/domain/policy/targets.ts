import * as z from "zod";
import { writeDuration } from "../time/duration.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { durationOrNull, line, list, oneOf, section } from "./schemaParts.ts";
import { CLOCK_NAMES, CLOCKS, type ClockName, perClock, type Severity } from "./terms.ts";

const DAY_PATTERN = "^(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?$";
const SPAN_PATTERN = "^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";
export const SPAN_EXPECTED = "hours such as 09:00-17:00";
export const DATE_EXPECTED = "a date such as 2026-12-25";
const DAY_EXPECTED = "a day such as mon or a range such as mon-thu";

const workingHours = section(
  {
    timeZone: line("a time zone such as Europe/Oslo", 64).meta({
      description: "The time zone that the hours are meant in, by its IANA name.",
      examples: ["Europe/Oslo", "America/New_York", "UTC"],
    }),
    hours: z
      .record(
        z.string().regex(new RegExp(DAY_PATTERN), { error: DAY_EXPECTED }),
        list(
          z.string({ error: SPAN_EXPECTED }).regex(new RegExp(SPAN_PATTERN), { error: SPAN_EXPECTED }),
          'a list of hours such as ["09:00-17:00"]',
          1,
        ),
        { error: 'a map such as { mon-fri: ["09:00-17:00"] }' },
      )
      .meta({
        description:
          "Working hours by day (`mon`) or range of days (`mon-thu`), each a list of HH:MM-HH:MM; 24:00 may be an end.",
        examples: [{ "mon-thu": ["09:00-12:00", "12:30-17:00"], fri: ["09:00-15:00"] }],
      }),
    holidays: list(
      z.string({ error: DATE_EXPECTED }).regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, { error: DATE_EXPECTED }),
      "a list of dates such as [2026-12-25]",
    )
      .optional()
      .meta({
        description: "Days without working hours, as YYYY-MM-DD in the time zone above.",
        default: [],
      }),
    for: list(oneOf(CLOCK_NAMES), "a list of clocks such as [update, postmortem]", 1)
      .optional()
      .meta({
        description: "The clocks that run only inside the working hours; the rest run always. Default: all.",
        examples: [["update", "postmortem"]],
      }),
  },
  "always, or working hours with `timeZone` and `hours`",
);

export const calendar = z.union(
  [z.literal("always").describe("The clocks run day and night."), workingHours.describe("Working hours.")],
  { error: "always, or working hours with `timeZone` and `hours`" },
);

function clockTarget(severity: Severity, clock: ClockName) {
  const fallback = DEFAULT_POLICY.targets[severity][clock];
  return durationOrNull("no clock")
    .optional()
    .meta({
      description: `${CLOCKS[clock].meaning} A duration; null for no clock.`,
      default: fallback === null ? null : writeDuration(fallback),
      examples: ["30m", "2h", "1h30m", "3d", "PT30M", null],
    });
}

function clockTargets(severity: Severity) {
  return section(
    perClock((name) => clockTarget(severity, name)),
    "a map such as { detect: 30m, mitigate: 2h }",
  )
    .optional()
    .describe(`The four clocks of a ${severity} incident; one left out keeps its default.`);
}

export const targets = section(
  { critical: clockTargets("critical"), major: clockTargets("major"), minor: clockTargets("minor") },
  "a map such as { critical: { detect: 30m } }",
);
