import { readSpan, weekdaysOf } from "./policy/calendar.ts";
import { faultAt, type PolicyPath, type Report } from "./policy/fault.ts";
import type { Weekday, WorkingHours } from "./policy/terms.ts";
import { isTimeZone, nearestTimeZone } from "./timeZone.ts";

/** The rules of a calendar that goes by working hours; the same for a policy and for the terms of an incident. */
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

/** Whether `YYYY-MM-DD` is a day of the calendar. */
function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
