import { roughly } from "../time/duration.ts";

/** The words and the numbers of a service level agreement that a clock is judged by. */

export const SEVERITIES = ["critical", "major", "minor"] as const;
export type Severity = (typeof SEVERITIES)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A clock: the milestones that it runs between, its names, and its targets in the sample SLA. */
interface ClockDefinition {
  from: Milestone;
  to: Milestone;
  title: string;
  /** In the status bar, where space is short. */
  short: string;
  /** For authors of the policy. */
  meaning: string;
  /** For customers: what was reached, and what the target promises. */
  public: { title: string; promise: string };
  /** Milliseconds; null: no clock. Critical is the field guide's. */
  sample: Record<Severity, number | null>;
}

/** The clocks, in the order of an incident's life. A new clock is an entry here, and its milestone. */
export const CLOCKS = {
  detect: {
    from: "started",
    to: "detected",
    title: "Detect",
    short: "detect",
    meaning:
      "Time to detect: from the start of the impact until somebody notices, and the watch window after a drop.",
    public: { title: "Noticed", promise: "from the start of the impact" },
    sample: { critical: 30 * MINUTE, major: 2 * HOUR, minor: DAY },
  },
  mitigate: {
    from: "detected",
    to: "mitigated",
    title: "Mitigate",
    short: "mitigate",
    meaning: "Time to mitigate: from detection until customers are no longer hurt.",
    public: { title: "Mitigated", promise: "from when it was noticed" },
    sample: { critical: 2 * HOUR, major: 8 * HOUR, minor: 3 * DAY },
  },
  update: {
    from: "mitigated",
    to: "updated",
    title: "Tell customers",
    short: "update",
    meaning: "Time to the customer update: from mitigation until customers are told.",
    public: { title: "Customers told", promise: "from the mitigation" },
    sample: { critical: HOUR, major: 4 * HOUR, minor: null },
  },
  postmortem: {
    from: "mitigated",
    to: "postmortem",
    title: "Post-mortem",
    short: "post-mortem",
    meaning: "Time to the post-mortem: from mitigation until it is published.",
    public: { title: "Lessons published", promise: "from the mitigation" },
    sample: { critical: 72 * HOUR, major: 5 * DAY, minor: null },
  },
} as const satisfies Record<string, ClockDefinition>;

export type ClockName = keyof typeof CLOCKS;
export const CLOCK_NAMES = Object.keys(CLOCKS) as [ClockName, ...ClockName[]];

/**
 * What runs out and is shown as such: the clocks, and the next update that customers wait for while an incident is open.
 * That one is a promise which is renewed, so it has no verdict and no target for each severity.
 */
export const COUNTDOWNS = {
  ...CLOCKS,
  nextUpdate: { to: "updated", title: "Next update", short: "next update" },
} as const;

export type CountdownName = keyof typeof COUNTDOWNS;
export const isClock = (name: CountdownName): name is ClockName => name !== "nextUpdate";

/** Something for each clock. */
export const perClock = <T>(make: (name: ClockName) => T): Record<ClockName, T> =>
  Object.fromEntries(CLOCK_NAMES.map((name) => [name, make(name)])) as Record<ClockName, T>;

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
  /** The clocks it applies to; the others always run. Left out: all. */
  for?: readonly ClockName[];
}

export type CalendarRule = "always" | WorkingHours;

/** The rule of one clock: a calendar may name the clocks it applies to, and the others always run. */
export function ruleFor(rule: CalendarRule, clock: ClockName): CalendarRule {
  return rule === "always" || (rule.for && !rule.for.includes(clock)) ? "always" : rule;
}

/** The targets and the calendar of an incident. Stored in its `opened` event, so every clone computes the same. */
export interface Terms {
  targets: Targets;
  calendar: CalendarRule;
}

/** `detect 30m · mitigate 2h`: what a severity promises; empty where it has no clock. */
export const targetWords = (targets: Targets, severity: Severity): string =>
  CLOCK_NAMES.flatMap((name) => {
    const target = targets[severity][name];
    return target === null ? [] : [`${CLOCKS[name].short} ${roughly(target)}`];
  }).join(" · ");

const sampleOf = (severity: Severity) => perClock((name): number | null => CLOCKS[name].sample[severity]);

/** The sample SLA of the field guide (critical), with the lesser severities of the design. */
export const SAMPLE_TARGETS: Targets = {
  critical: sampleOf("critical"),
  major: sampleOf("major"),
  minor: sampleOf("minor"),
};

/** What a milestone is called, what a button says that marks it, and the codicon that stands for it. */
interface MilestoneDefinition {
  title: string;
  button: string;
  icon: string;
}

/** The milestones, in the order of an incident's life. */
export const MILESTONES = {
  started: { title: "Impact started", button: "Mark Impact Started", icon: "pulse" },
  detected: { title: "Detected", button: "Mark Detected", icon: "eye" },
  acknowledged: { title: "Acknowledged", button: "Mark Acknowledged", icon: "person" },
  mitigated: { title: "Mitigated", button: "Mark Mitigated", icon: "shield" },
  updated: { title: "Customers told", button: "Mark Customers Told", icon: "megaphone" },
  resolved: { title: "Resolved", button: "Mark Resolved…", icon: "pass" },
  postmortem: { title: "Post-mortem published", button: "Mark Post-mortem Published", icon: "verified" },
} as const satisfies Record<string, MilestoneDefinition>;

export type Milestone = keyof typeof MILESTONES;
export const MILESTONE_NAMES = Object.keys(MILESTONES) as [Milestone, ...Milestone[]];

export const isMilestone = (type: string): type is Milestone => Object.hasOwn(MILESTONES, type);
