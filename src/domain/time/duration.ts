const SECOND = 1000;
const UNITS: Record<string, number> = {
  w: 7 * 86_400 * SECOND,
  d: 86_400 * SECOND,
  h: 3600 * SECOND,
  m: 60 * SECOND,
  s: SECOND,
};

const COMPACT = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;
const ISO =
  /^P(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,](\d{1,3}))?S)?)?)$/;

/** What a duration may look like, for JSON Schema and error texts. Years and months have no fixed length, so: none. */
export const DURATION_PATTERN =
  "^(?=.*[0-9])(?:(?:[0-9]{1,6}w)?(?:[0-9]{1,6}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,6}m)?(?:[0-9]{1,6}s)?|P(?:[0-9]{1,6}W|(?:[0-9]{1,6}D)?(?:T(?=[0-9])(?:[0-9]{1,6}H)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}(?:[.,][0-9]{1,3})?S)?)?))$";

/** Reads `30m`, `2h`, `1h30m`, `3d`, `2w` or ISO 8601 (`PT30M`). Milliseconds, or null. A day is 24 hours. */
export function parseDuration(text: string): number | null {
  const compact = COMPACT.exec(text);
  if (compact && text !== "") return total(compact.slice(1, 6));
  const iso = ISO.exec(text);
  if (!iso || !/\d$|[A-Z]$/.test(text) || text === "P" || text.endsWith("T")) return null;
  const [, w, d, h, m, s, fraction = ""] = iso;
  return total([w, d, h, m, s]) + Number(fraction.padEnd(3, "0"));
}

/**
 * The compact notation that `parseDuration` reads back to the same number; ISO 8601 where there are fractions of a
 * second. For whole milliseconds up to 999,999 days.
 */
export function writeDuration(ms: number): string {
  if (ms % SECOND !== 0) {
    const days = Math.floor(ms / UNITS.d!);
    const seconds = Math.floor((ms % UNITS.d!) / SECOND);
    return `P${days > 0 ? `${days}D` : ""}T${seconds}.${String(ms % SECOND).padStart(3, "0")}S`;
  }
  let rest = ms;
  let out = "";
  for (const unit of ["d", "h", "m", "s"]) {
    const size = UNITS[unit]!;
    const n = Math.floor(rest / size);
    if (n > 0) out += `${n}${unit}`;
    rest -= n * size;
  }
  return out || "0s";
}

function total(parts: readonly (string | undefined)[]): number {
  return ["w", "d", "h", "m", "s"].reduce((sum, unit, i) => sum + Number(parts[i] ?? 0) * UNITS[unit]!, 0);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time for a row that changes once a minute: `3d 4h`, `1h 12m`, `12m`, `under 1m`. Sign left out. */
export function roughly(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return "under 1m";
  if (size >= DAY) return pair(size, DAY, "d", HOUR, "h");
  if (size >= HOUR) return pair(size, HOUR, "h", MINUTE, "m");
  return `${Math.floor(size / MINUTE)}m`;
}

/** A countdown: `3d 4h`, `1h 12m`, and under an hour `12:34`. Sign left out. */
export function countdown(ms: number): string {
  const size = Math.abs(ms);
  if (size >= HOUR) return roughly(size);
  const seconds = Math.floor(size / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How long a span was, to the second where that matters: `45s`, `12m 3s`, `1h 12m`, `3d 4h`. */
export function exactly(ms: number): string {
  const size = Math.abs(ms);
  if (size < MINUTE) return `${Math.floor(size / 1000)}s`;
  if (size < HOUR) return pair(size, MINUTE, "m", 1000, "s");
  return roughly(size);
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${bigUnit}${rest > 0 ? ` ${rest}${smallUnit}` : ""}`;
}
