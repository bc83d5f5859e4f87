import { Temporal } from "temporal-polyfill/implementation";
import { type Instant, parseInstant } from "./instant.ts";

/** A time that a line of text carries. */
interface TextTime {
  /** The line without its time. */
  rest: string;
  /** Whether it named its zone; else it is taken to be in the zone that was asked for. */
  zoned: boolean;
  /** Null: it names no zone, and none was given. */
  at: Instant | null;
}

interface TextTimeContext {
  /** An IANA name: for what names no zone. Null: nobody has said, so such a time is none yet. */
  zone: string | null;
  /** What carries no day is the first such time from here on. */
  from: Instant;
  now: Instant;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MONTH = `(?<month>${MONTHS.join("|")})`;
const DAY = "(?<day>\\d{1,2})";
const HALF = "(?:\\s?(?<half>[AaPp])\\.?[Mm]\\b\\.?)?";
const TIME = `(?<time>\\d{1,2}:\\d{2}(?::\\d{2})?)(?:[.,](?<fraction>\\d{1,9}))?${HALF}`;
const ZONE = "(?:\\s?(?<zone>[Zz]|UTC|GMT|[+-]\\d{2}:?\\d{2})|(?<hours>[+-]\\d{2}))?(?![\\w:])";
/** As `date` and Apache write it, behind the time. */
const YEAR_AFTER = "(?:\\s(?<year>(?:19|20)\\d{2})(?![^\\s\\],]))?";

/**
 * By form, the plainest first: ISO 8601 and RFC 3339, its short form, web servers, HTTP and mail, Java, syslog, klog,
 * days with dots, chat.
 */
const FORMS: readonly RegExp[] = [
  new RegExp(`(?<![\\d-])(?<year>\\d{4})[-/](?<monthNumber>\\d{2})[-/](?<day>\\d{2})[Tt ]${TIME}${ZONE}`),
  /(?<![\w-])(?<year>\d{4})(?<monthNumber>\d{2})(?<day>\d{2})T(?<time>\d{6})(?<zone>Z|[+-]\d{4})?(?!\w)/,
  new RegExp(`(?<![\\d/])(?<day>\\d{2})/${MONTH}/(?<year>\\d{4}):${TIME}${ZONE}`),
  new RegExp(`(?<![\\w.])${DAY}[ -]${MONTH}[ -](?<year>\\d{4}),?\\s+${TIME}${ZONE}`),
  new RegExp(`\\b${MONTH}\\s+${DAY},?\\s+(?<year>\\d{4}),?\\s+(?:at\\s+)?${TIME}${ZONE}`),
  new RegExp(`\\b${MONTH}\\s+${DAY}\\s+${TIME}${ZONE}${YEAR_AFTER}`),
  new RegExp(`^[IWEF](?<monthNumber>\\d{2})(?<day>\\d{2})\\s+${TIME}(?!\\w)`),
  new RegExp(`(?<![\\d.])${DAY}\\.(?<monthNumber>\\d{1,2})\\.(?<year>\\d{4}|\\d{2}),?\\s+${TIME}${ZONE}`),
  new RegExp(
    `^\\s*(?<who>[^\\s\\d[][^[\\d]{0,40}?)?[[(]?${TIME}(?<zone>Z| ?UTC)?[\\])]?(?=[\\s,-]|:(?!\\d)|$)`,
  ),
];

/** Seconds, or a thousandth, a millionth of them, since 1970; a bare number counts at the start of a line only. */
const EPOCH =
  /(?:^\s*\[?|\b(?:ts|t|time|timestamp|epoch)["']?\s*[=:]\s*["']?|\baudit\()(?<number>1\d{9}(?:\d{3}){0,3}(?:[.,]\d{1,9})?)(?![\w.])/d;
const YEAR_MS = 366 * 86_400_000;

/** A number as a time; it is one only in the year before now. */
function epochIn(line: string, now: Instant): TextTime | null {
  const [from, to] = EPOCH.exec(line)?.indices?.groups?.number ?? [];
  if (from === undefined || to === undefined) return null;
  const [whole = "", fraction = ""] = line.slice(from, to).split(/[.,]/);
  const at = Math.floor(Number(`${whole}${fraction}`.slice(0, 13).padEnd(13, "0")));
  if (at > now + 86_400_000 || at < now - YEAR_MS) return null;
  return { rest: tidy(line.slice(0, from) + line.slice(to)), zoned: true, at };
}

/** The time that a line carries; null where it carries none. */
export function timeInText(line: string, context: TextTimeContext): TextTime | null {
  const number = epochIn(line, context.now);
  if (number) return number;
  for (const form of FORMS) {
    const match = form.exec(line);
    if (!match?.groups) continue;
    const parts = partsOf(match.groups);
    if (!parts) continue;
    const rest = tidy(
      line.slice(0, match.index) + (match.groups.who ?? "") + line.slice(match.index + match[0].length),
    );
    const zone = parts.zone ?? context.zone;
    const at = zone === null ? null : instantOf(parts, zone, context);
    // A day that there is not, or a time that a zone skips, is no time.
    if (zone !== null && at === null) continue;
    return { rest, zoned: parts.zone !== null, at };
  }
  return null;
}

interface Parts {
  date: { year: number | null; month: number; day: number } | null;
  time: string;
  zone: string | null;
}

function partsOf(groups: Record<string, string | undefined>): Parts | null {
  const { year, monthNumber, month, day, time, fraction, half } = groups;
  const zone = groups.zone ?? (groups.hours && `${groups.hours}:00`);
  const [hours, ...minutes] = time!.includes(":") ? time!.split(":") : time!.match(/../g)!;
  const hour = hourOf(Number(hours), half);
  if (hour === null) return null;
  const monthOf = monthNumber ? Number(monthNumber) : MONTHS.indexOf(month ?? "") + 1;
  const seconds = minutes.length === 1 ? ":00" : "";
  const rest = `${minutes.join(":")}${seconds}${fraction ? `.${fraction.padEnd(3, "0").slice(0, 3)}` : ""}`;
  return {
    date: day
      ? {
          year: year ? Number(year.length === 2 ? `20${year}` : year) : null,
          month: monthOf,
          day: Number(day),
        }
      : null,
    time: `${String(hour).padStart(2, "0")}:${rest}`,
    zone: zone ? offsetOf(zone.trim()) : null,
  };
}

function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour < 24 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (/p/i.test(half) ? 12 : 0);
}

const offsetOf = (zone: string) =>
  /^(Z|z|UTC|GMT)$/.test(zone) ? "UTC" : zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;

function instantOf({ date, time }: Parts, zone: string, { from, now }: TextTimeContext): Instant | null {
  if (!date) {
    const first = dayAt(from, zone);
    const candidates = [first, first.add({ days: 1 })].map((day) => at(day.toString(), time, zone));
    return candidates.find((each) => each !== null && each >= from && each <= now) ?? candidates[0] ?? null;
  }
  const { year, month, day } = date;
  const text = (y: number) => `${y}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  if (year !== null) return at(text(year), time, zone);
  // Syslog names no year: it is the last time that there was such a day.
  const thisYear = dayAt(now, zone).year;
  const candidate = at(text(thisYear), time, zone);
  return candidate !== null && candidate > now + 86_400_000 ? at(text(thisYear - 1), time, zone) : candidate;
}

const dayAt = (instant: Instant, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate();

function at(day: string, time: string, zone: string): Instant | null {
  if (zone === "UTC" || /^[+-]/.test(zone))
    return parseInstant(`${day}T${time}${zone === "UTC" ? "Z" : zone}`);
  try {
    const plain = Temporal.PlainDateTime.from(`${day}T${time}`, { overflow: "reject" });
    return plain.toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** What is left where a time was cut out: no empty brackets, no dangling separators. */
const tidy = (text: string) =>
  text
    .replace(/\[\s*\]|\(\s*\)/g, " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s:,–—-]+/, "")
    .trim();
