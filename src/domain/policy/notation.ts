import { parseDuration, writeDuration } from "../time/duration.ts";
import { checkWorkingHours, readSpan, weekdaysOf } from "./calendar.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import {
  type CalendarRule,
  CLOCK_NAMES,
  type ClockName,
  SEVERITIES,
  type Targets,
  type Terms,
  type WorkingHours,
} from "./terms.ts";

/** Targets as the policy writes them. */
type WrittenTargets = Record<string, Record<string, string | null>>;

/** The terms as an `opened` event stores them. */
interface WrittenTerms {
  targets: WrittenTargets;
  calendar: CalendarRule;
}

export function writeTargets(targets: Targets): WrittenTargets {
  const written: WrittenTargets = {};
  for (const severity of SEVERITIES) {
    const clocks: Record<string, string | null> = {};
    for (const clock of CLOCK_NAMES) {
      const target = targets[severity][clock];
      clocks[clock] = target === null ? null : writeDuration(target);
    }
    written[severity] = clocks;
  }
  return written;
}

/**
 * Reads written targets; null when they are malformed. A clock that is not named has no target, one that is unknown comes
 * from a newer version and is skipped. A missing severity is damage: it would remove all its clocks.
 */
export function readTargets(value: unknown): Targets | null {
  if (!isMap(value)) return null;
  const targets: Partial<Targets> = {};
  for (const severity of SEVERITIES) {
    const written = own(value, severity);
    if (!isMap(written)) return null;
    const clocks: Partial<Record<ClockName, number | null>> = {};
    for (const clock of CLOCK_NAMES) {
      const target = writtenTarget(own(written, clock));
      if (target === undefined) return null;
      clocks[clock] = target;
    }
    targets[severity] = clocks as Targets[typeof severity];
  }
  return targets as Targets;
}

export function writeTerms({ targets, calendar }: Terms): WrittenTerms {
  if (calendar === "always") return { targets: writeTargets(targets), calendar };
  const { timeZone, hours, holidays, for: clocks } = calendar;
  return {
    targets: writeTargets(targets),
    calendar: structuredClone({
      timeZone,
      hours,
      ...(holidays && { holidays }),
      ...(clocks && { for: clocks }),
    }),
  };
}

// A ledger contains the same few terms thousands of times. Giving each the same object also lets the calendar behind it
// be compiled once. What is remembered is a function of the text alone.
const remembered = new Map<string, Terms | null>();
const REMEMBERED = 200;

/** Reads the terms that an event stores; null when anything in them is malformed. The answer is shared, so it is frozen. */
export function readTerms(value: unknown): Terms | null {
  if (!isMap(value)) return null;
  const text = textOf(value);
  if (text === undefined) return null;
  let terms = remembered.get(text);
  if (terms === undefined) {
    terms = freeze(termsOf(JSON.parse(text)));
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, terms);
  }
  return terms;
}

function termsOf(value: unknown): Terms | null {
  if (!isMap(value)) return null;
  const targets = readTargets(own(value, "targets"));
  const calendar = readCalendar(own(value, "calendar") ?? "always");
  return targets && calendar && { targets, calendar };
}

/** Unlike an unknown clock, an unknown key here would change the known clocks, so it is malformed. */
function readCalendar(value: unknown): CalendarRule | null {
  if (value === "always") return value;
  if (!isMap(value) || Object.keys(value).some((key) => !CALENDAR_KEYS.includes(key))) return null;
  const { timeZone, hours, holidays, for: clocks } = value;
  if (typeof timeZone !== "string" || !isMap(hours)) return null;
  if (holidays !== undefined && !isListOf(holidays, isDateText)) return null;
  if (clocks !== undefined && !isListOf(clocks, isClockName)) return null;
  for (const [day, spans] of Object.entries(hours)) {
    if (!weekdaysOf(day) || !isListOf(spans, isSpan) || spans.length === 0) return null;
  }
  const rule = value as unknown as WorkingHours;
  let sound = true;
  checkWorkingHours(rule, () => {
    sound = false;
  });
  return sound ? rule : null;
}

const CALENDAR_KEYS = ["timeZone", "hours", "holidays", "for"];

/** Undefined if it is not a target. */
function writtenTarget(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const ms = typeof value === "string" ? parseDuration(value) : null;
  return ms !== null && ms > 0 && ms <= LONGEST_DURATION ? ms : undefined;
}

/** Undefined for what JSON cannot express, such as a cycle. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (map: Record<string, unknown>, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);

const isListOf = <T>(value: unknown, is: (entry: unknown) => entry is T): value is T[] =>
  Array.isArray(value) && value.every(is);

const isSpan = (entry: unknown): entry is string => typeof entry === "string" && readSpan(entry) !== null;
const isDateText = (entry: unknown): entry is string =>
  typeof entry === "string" && /^\d{4}-\d{2}-\d{2}$/.test(entry);
const isClockName = (entry: unknown): entry is ClockName =>
  (CLOCK_NAMES as readonly unknown[]).includes(entry);

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Longer than any real target, and short enough to compute in any calendar. */
const LONGEST_DURATION = 3650 * DAY;

/** How long something must last or soak; zero is fine. */
export function readSpanOfTime(text: string, path: PolicyPath, report: Report): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > LONGEST_DURATION) report(faultAt(path, "must be at most ten years (3650d)"));
  return ms;
}

/** A target, or how often something is due. */
export function readTarget(text: string, path: PolicyPath, report: Report): number {
  const ms = readSpanOfTime(text, path, report);
  if (ms === 0) report(faultAt(path, "must be longer than zero; write null for none"));
  return ms;
}

/** How often something is read: neither a busy loop, nor longer than a timer can wait. */
export function readInterval(text: string, path: PolicyPath, report: Report): number {
  const ms = parseDuration(text) ?? 0;
  if (ms < SECOND || ms > DAY) report(faultAt(path, "must be from 1s to 1d"));
  return ms;
}
