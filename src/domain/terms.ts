/** The words and the numbers of a service level agreement that a clock is judged by. */

export const SEVERITIES = ["critical", "major", "minor"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CLOCK_NAMES = ["detect", "mitigate", "update", "postmortem"] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

/** Milliseconds, or null: no clock. */
export type Targets = Record<Severity, Record<ClockName, number | null>>;

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Working hours as the policy writes them; `compileCalendar` turns them into something that can be asked. */
export interface WorkingHours {
  timeZone: string;
  /** Key: a day or a range of days (`mon`, `mon-thu`); value: spans as `HH:MM-HH:MM`, `24:00` allowed as an end. */
  hours: Record<string, string[]>;
  /** Local dates, `YYYY-MM-DD`. */
  holidays?: string[];
  /** The clocks it binds; the rest run always. Left out: all. */
  for?: ClockName[];
}

export type CalendarRule = "always" | WorkingHours;

/** The rule that binds one clock: a calendar may name the clocks it is for, and the rest run always. */
export function ruleFor(rule: CalendarRule, clock: ClockName): CalendarRule {
  return rule === "always" || (rule.for && !rule.for.includes(clock)) ? "always" : rule;
}

/** What an incident is judged by. Kept in its `opened` event, so that every clone computes the same for ever. */
export interface Terms {
  targets: Targets;
  calendar: CalendarRule;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The sample SLA of the field guide (critical), with the lesser severities of the design. */
export const SAMPLE_TARGETS: Targets = {
  critical: { detect: 30 * MINUTE, mitigate: 2 * HOUR, update: HOUR, postmortem: 72 * HOUR },
  major: { detect: 2 * HOUR, mitigate: 8 * HOUR, update: 4 * HOUR, postmortem: 5 * DAY },
  minor: { detect: DAY, mitigate: 3 * DAY, update: null, postmortem: null },
};
