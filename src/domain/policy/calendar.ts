import { Temporal } from "temporal-polyfill/implementation";
import { nearest } from "../text/nearest.ts";
import type { Instant } from "../time/instant.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { type CalendarRule, WEEKDAYS, type Weekday, type WorkingHours } from "./terms.ts";

/** The checks of working hours; the same for a policy and for the terms of an incident. */
export function checkWorkingHours(rule: WorkingHours, report: Report, base: PolicyPath = []): void {
  checkTimeZone(rule.timeZone, report, [...base, "timeZone"]);
  checkHours(rule.hours, report, [...base, "hours"]);
  (rule.holidays ?? []).forEach((date, i) => {
    if (!isDate(date))
      report(faultAt([...base, "holidays", i], `must be a day that exists, not \`${date}\``));
  });
  const clocks = rule.for ?? [];
  if (rule.for?.length === 0)
    report(faultAt([...base, "for"], "must name a clock; leave it out to bind all of them"));
  clocks.forEach((clock, i) => {
    if (clocks.indexOf(clock) < i)
      report(faultAt([...base, "for", i], `names \`${clock}\` twice; remove it`));
  });
}

function checkTimeZone(timeZone: string, report: Report, path: PolicyPath): void {
  if (isTimeZone(timeZone)) return;
  const meant = nearestTimeZone(timeZone);
  const question = meant === null ? "" : ` (did you mean \`${meant}\`?)`;
  report(
    faultAt(path, `must be an IANA time zone such as Europe/Oslo or UTC${question}`, meant ?? undefined),
  );
}

function checkHours(hours: Record<string, string[]>, report: Report, path: PolicyPath): void {
  const named = new Map<Weekday, string>();
  for (const [key, spans] of Object.entries(hours)) {
    const twice = weekdaysOf(key)?.find((day) => named.has(day));
    if (twice) {
      const message = `The day \`${twice}\` is in \`${named.get(twice)}\` already; name each day once.`;
      report({ path: [...path, key], on: "key", message });
    }
    for (const day of weekdaysOf(key) ?? []) if (!named.has(day)) named.set(day, key);
    checkSpans(spans, report, [...path, key]);
  }
  if (Object.values(hours).every((spans) => spans.length === 0)) {
    report(faultAt(path, "must have hours on at least one day, or no clock would ever run"));
  }
}

function checkSpans(spans: readonly string[], report: Report, path: PolicyPath): void {
  const seen: { from: number; to: number; text: string }[] = [];
  spans.forEach((text, i) => {
    const span = readSpan(text);
    if (!span) {
      report(faultAt([...path, i], wrongOrder(text)));
      return;
    }
    const other = seen.find(({ from, to }) => span.from < to && from < span.to);
    if (other) report(faultAt([...path, i], `overlaps with \`${other.text}\`; make them one, or move one`));
    seen.push({ ...span, text });
  });
}

function wrongOrder(text: string): string {
  const [from = "", to = ""] = text.split("-");
  if (from === to) return "must end after it begins; a whole day is 00:00-24:00";
  const evening = `${from}-24:00`;
  const morning = to === "00:00" ? "" : ` and 00:00-${to} on the next day`;
  return `must end after it begins; write hours over midnight as ${evening}${morning}`;
}

/** Whether `YYYY-MM-DD` is a real date. */
function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Says which time counts for a clock. */
export interface Calendar {
  /** Milliseconds that count from `from` (included) to `to` (not included); 0 when `to` is not after `from`. */
  counted(from: Instant, to: Instant): number;
  /** The earliest instant at which `ms` milliseconds have counted since `from`; null if there is none. */
  after(from: Instant, ms: number): Instant | null;
  /** Whether the time right after this instant counts. */
  counts(at: Instant): boolean;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const BLOCK = 7 * DAY;

/** What is not due within twenty years is never due: terms from elsewhere may have one working minute a week. */
const HORIZON_BLOCKS = 20 * 53;

export const ALWAYS: Calendar = {
  counted: (from, to) => Math.max(0, to - from),
  after: (from, ms) => from + ms,
  counts: () => true,
};

const compiled = new WeakMap<WorkingHours, Calendar>();

/** The calendar of a checked rule. Compiled once per rule object. */
export function compileCalendar(rule: CalendarRule): Calendar {
  if (rule === "always") return ALWAYS;
  let calendar = compiled.get(rule);
  if (!calendar) {
    calendar = new WorkingCalendar(rule);
    compiled.set(rule, calendar);
  }
  return calendar;
}

/** The days that a key of `hours` names: `mon`, or a range such as `mon-thu` (`sat-mon` goes over the week's end). */
export function weekdaysOf(key: string): Weekday[] | null {
  const [first, last = first, ...rest] = key.split("-");
  const from = WEEKDAYS.indexOf(first as Weekday);
  const to = WEEKDAYS.indexOf(last as Weekday);
  if (from < 0 || to < 0 || rest.length > 0) return null;
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => WEEKDAYS[(from + i) % 7]!);
}

/** A span `HH:MM-HH:MM` as minutes of the local day, its end not included; null if it is not one. */
export function readSpan(text: string): { from: number; to: number } | null {
  const m = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text);
  if (!m) return null;
  const [h1, m1, h2, m2] = m.slice(1).map(Number) as [number, number, number, number];
  const from = h1 * 60 + m1;
  const to = h2 * 60 + m2;
  if (m1 > 59 || m2 > 59 || to > 24 * 60 || from >= to) return null;
  return { from, to };
}

/**
 * Working hours in a time zone. An instant counts when the wall clock there shows a time inside a span of a
 * working day. So a span over the hour that is skipped is shorter, one over the hour that happens twice counts both.
 */
class WorkingCalendar implements Calendar {
  readonly #zone: string;
  readonly #spans: { from: number; to: number }[][];
  readonly #holidays: Set<number>;
  readonly #blocks = new Map<number, Block>();

  constructor(rule: WorkingHours) {
    this.#zone = rule.timeZone;
    this.#spans = WEEKDAYS.map(() => []);
    for (const [key, spans] of Object.entries(rule.hours)) {
      for (const day of weekdaysOf(key) ?? []) {
        const read = spans.map(readSpan).filter((span) => span !== null);
        this.#spans[WEEKDAYS.indexOf(day)]!.push(...read);
      }
    }
    for (const spans of this.#spans) spans.sort((a, b) => a.from - b.from);
    this.#holidays = new Set((rule.holidays ?? []).map((date) => Date.parse(`${date}T00:00:00Z`) / DAY));
  }

  counted(from: Instant, to: Instant): number {
    let sum = 0;
    if (to <= from) return 0;
    const last = Math.floor((to - 1) / BLOCK);
    for (let k = Math.floor(from / BLOCK); k <= last; k++) {
      const block = this.#block(k);
      if (from <= k * BLOCK && to >= (k + 1) * BLOCK) sum += block.total;
      else for (const [a, b] of block.spans) sum += Math.max(0, Math.min(b, to) - Math.max(a, from));
    }
    return sum;
  }

  after(from: Instant, ms: number): Instant | null {
    if (ms <= 0) return from;
    let rest = ms;
    const first = Math.floor(from / BLOCK);
    for (let k = first; k < first + HORIZON_BLOCKS; k++) {
      const block = this.#block(k);
      if (from <= k * BLOCK && rest > block.total) {
        rest -= block.total;
        continue;
      }
      for (const [a, b] of block.spans) {
        const start = Math.max(a, from);
        if (b <= start) continue;
        if (b - start >= rest) return start + rest;
        rest -= b - start;
      }
    }
    return null;
  }

  counts(at: Instant): boolean {
    return this.#block(Math.floor(at / BLOCK)).spans.some(([a, b]) => at >= a && at < b);
  }

  /** The working time of one week of instants, as half-open intervals in order. */
  #block(k: number): Block {
    let block = this.#blocks.get(k);
    if (!block) {
      const spans: [Instant, Instant][] = [];
      for (const stretch of this.#stretches(k * BLOCK, (k + 1) * BLOCK)) this.#addSpans(stretch, spans);
      block = { spans, total: spans.reduce((sum, [a, b]) => sum + b - a, 0) };
      this.#blocks.set(k, block);
    }
    return block;
  }

  /** Cuts a range where the zone's offset changes. */
  *#stretches(from: Instant, to: Instant): Generator<Stretch> {
    let at = from;
    while (at < to) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#zone);
      const change = zoned.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
      const end = Math.min(change, to);
      yield { from: at, to: end, offset: zoned.offsetNanoseconds / 1e6 };
      at = end;
    }
  }

  #addSpans({ from, to, offset }: Stretch, spans: [Instant, Instant][]): void {
    for (let day = Math.floor((from + offset) / DAY); day * DAY < to + offset; day++) {
      if (this.#holidays.has(day)) continue;
      // Day 0 of the epoch was a Thursday.
      for (const span of this.#spans[(((day + 3) % 7) + 7) % 7]!) {
        const a = Math.max(from, day * DAY + span.from * MINUTE - offset);
        const b = Math.min(to, day * DAY + span.to * MINUTE - offset);
        if (a < b) spans.push([a, b]);
      }
    }
  }
}

interface Block {
  spans: [Instant, Instant][];
  total: number;
}

interface Stretch {
  from: Instant;
  to: Instant;
  offset: number;
}

// Asking Intl costs tens of microseconds, and a ledger asks for the same few zones thousands of times.
const known = new Map<string, boolean>();
const REMEMBERED = 500;

const ABBREVIATIONS = [
  "UTC",
  "GMT",
  "UCT",
  "CET",
  "MET",
  "EET",
  "WET",
  "EST",
  "MST",
  "HST",
  "PRC",
  "ROC",
  "ROK",
];

/**
 * Whether this is a time zone of the IANA database. Offsets (`+02:00`) are not: they know no summer time. Nor are the
 * abbreviations that runtimes also accept and that may mean another place than people think (BST is Bangladesh).
 */
export function isTimeZone(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    answer = isName(name) && isAccepted(name);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, answer);
  }
  return answer;
}

/** The zone that a person most likely meant: a typing error, or the city alone. */
export function nearestTimeZone(name: string): string | null {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  if (name.includes("/")) return nearest(name, zones);
  // An abbreviation resembles too many others: PST is not EST.
  if (/^[A-Z]{1,5}$/.test(name)) return null;
  const city = nearest(name, zones.map(cityOf));
  return city === null ? null : (zones.find((zone) => cityOf(zone) === city) ?? null);
}

const cityOf = (zone: string) => zone.slice(zone.lastIndexOf("/") + 1);

function isName(name: string): boolean {
  if (/^[A-Za-z]{3}$/.test(name)) return ABBREVIATIONS.includes(name);
  return /^[A-Za-z][A-Za-z0-9_+/-]{3,63}$/.test(name);
}

function isAccepted(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
