/** An instant: milliseconds since the epoch, UTC. Everything inside the domain uses this; text only at the edges. */
export type Instant = number;

/** How far another machine's clock may be ahead before people are told. */
export const CLOCK_TOLERANCE_MS = 2 * 60_000;

/** An event entered later than this after it happened is shown as back-dated. */
export const BACK_DATED_AFTER_MS = 5 * 60_000;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)$/i;

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads an ISO 8601 instant. A zone is required: a time without one means something else on each machine.
 * Returns null for anything that is not an instant, out-of-range fields and 30 February included.
 */
export function parseInstant(text: string): Instant | null {
  const fixed = parseCanonical(text);
  if (fixed !== null) return fixed;
  const m = ISO.exec(text);
  if (!m) return null;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone = "Z"] = m;
  const local = civil(
    +year!,
    +month!,
    +day!,
    +hour!,
    +minute!,
    +second,
    Number(fraction.padEnd(3, "0").slice(0, 3)),
  );
  if (local === null) return null;
  const offset = zoneOffsetMs(zone);
  return offset === null ? null : local - offset;
}

/** The one form that is stored and printed: `2026-11-23T10:04:00.000Z`. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

const LAST: Instant = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Reads git's seconds since the epoch. Anybody can put any number into a commit or a tag: null for what is no number, or
 * lies before the epoch or after the year 9999, which the one form above cannot say.
 */
export function instantOfSeconds(seconds: string | undefined): Instant | null {
  const at = /^\d+$/.test(seconds ?? "") ? Number(seconds) * 1000 : Number.NaN;
  return at <= LAST ? at : null;
}

/** A zoneless reading of a date and a time, so that the refusal can say what is missing. */
export function lacksZone(text: string): boolean {
  return parseInstant(`${text.trim()}Z`) !== null;
}

// The stored form is by far the commonest; reading it by position is several times faster than a pattern.
function parseCanonical(text: string): Instant | null {
  if (text.length !== 24 || text.charCodeAt(23) !== 90 || text.charCodeAt(10) !== 84) return null;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(13) !== 58) return null;
  if (text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 46) return null;
  const two = (i: number) => {
    const a = text.charCodeAt(i) - 48;
    const b = text.charCodeAt(i + 1) - 48;
    return a < 0 || a > 9 || b < 0 || b > 9 ? Number.NaN : a * 10 + b;
  };
  const last = text.charCodeAt(22) - 48;
  const ms = last < 0 || last > 9 ? Number.NaN : two(20) * 10 + last;
  return civil(two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17), ms);
}

function civil(
  y: number,
  mo: number,
  d: number,
  h: number,
  mi: number,
  s: number,
  ms: number,
): Instant | null {
  // Written so that a NaN fails too.
  if (!(mo >= 1 && mo <= 12 && d >= 1 && d <= DAYS[mo - 1]! && h <= 23 && mi <= 59 && s <= 59 && ms <= 999))
    return null;
  if (!(y >= 1970)) return null;
  if (mo === 2 && d === 29 && !(y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0))) return null;
  return Date.UTC(y, mo - 1, d, h, mi, s, ms);
}

function zoneOffsetMs(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || 0);
  if (hours > 23 || minutes > 59) return null;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The latest of any number of instants, which may be more than a call takes arguments. */
export const latestOf = (instants: Iterable<Instant>, atLeast = Number.NEGATIVE_INFINITY): Instant => {
  let latest = atLeast;
  for (const instant of instants) if (instant > latest) latest = instant;
  return latest;
};
