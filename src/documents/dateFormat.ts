import { formatInstant, type Instant } from "../domain/time/instant.ts";

/** An instant as people read it in a document: `2026-11-23 10:04 UTC`. */
export function minuteInUtc(at: Instant): string {
  return `${formatInstant(at).slice(0, 16).replace("T", " ")} UTC`;
}

type Part = "year" | "month" | "day" | "hour" | "minute" | "second" | "weekday";

const DIRECTIVES: Record<string, { part: Part; style: "numeric" | "2-digit" | "short" | "long" }> = {
  Y: { part: "year", style: "numeric" },
  m: { part: "month", style: "2-digit" },
  B: { part: "month", style: "long" },
  b: { part: "month", style: "short" },
  d: { part: "day", style: "2-digit" },
  e: { part: "day", style: "numeric" },
  H: { part: "hour", style: "2-digit" },
  M: { part: "minute", style: "2-digit" },
  S: { part: "second", style: "2-digit" },
  A: { part: "weekday", style: "long" },
  a: { part: "weekday", style: "short" },
};

/**
 * Formats by a pattern of `%Y %m %d %H %M %S` and a few more, in a zone. The same on every machine: its
 * language and zone do not matter.
 * @throws {RangeError} for a zone or a directive that does not exist.
 */
export function formatDate(at: Instant, pattern: string, timeZone = "UTC"): string {
  return pattern.replace(/%(.?)/g, (whole, letter: string) => {
    if (letter === "%") return "%";
    if (letter === "Z") return timeZone;
    const directive = DIRECTIVES[letter];
    if (!directive) {
      const known = [...Object.keys(DIRECTIVES), "Z"].map((name) => `%${name}`).join(" ");
      throw new RangeError(`a date has no “${whole}”; use ${known}`);
    }
    return part(at, directive.part, directive.style, timeZone);
  });
}

function part(
  at: Instant,
  name: Part,
  style: "numeric" | "2-digit" | "short" | "long",
  timeZone: string,
): string {
  const parts = formatter(name, style, timeZone).formatToParts(at);
  const value = parts.find(({ type }) => type === name)?.value ?? "";
  // Intl does not pad minutes and seconds on their own.
  return style === "2-digit" ? value.padStart(2, "0") : value;
}

/** Making one takes a hundred times as long as using it, and a page may have thousands of dates. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 100;

function formatter(name: Part, style: "numeric" | "2-digit" | "short" | "long", timeZone: string) {
  const key = `${name} ${style} ${timeZone}`;
  let known = formatters.get(key);
  if (!known) {
    try {
      known = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", [name]: style });
    } catch {
      throw new RangeError(`“${timeZone}” is no time zone; write one such as "Europe/Oslo"`);
    }
    if (formatters.size >= MOST_FORMATTERS) formatters.clear();
    formatters.set(key, known);
  }
  return known;
}
