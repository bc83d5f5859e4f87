import { HumanError } from "../../domain/text/humanError.ts";
import { nearest } from "../../domain/text/nearest.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { parseDuration } from "../../domain/time/duration.ts";
import { type Instant, lacksZone, parseInstant } from "../../domain/time/instant.ts";

/**
 * Reads an instant: ISO 8601 with a zone, `now`, `15m ago` or `-15m`.
 * @param option Where it was given, for the refusal.
 */
export function instantArgument(option: string, text: string, now: () => Instant): Instant {
  const trimmed = text.trim();
  const at = parseInstant(trimmed) ?? relative(trimmed, now);
  if (at !== null) return at;
  const shown = plainText(trimmed, 60);
  if (lacksZone(trimmed)) {
    throw new HumanError(
      "usage",
      `${option} “${shown}” has no time zone, and would mean another instant on each machine; write ${shown}Z for UTC, or with an offset: ${shown}+01:00.`,
    );
  }
  throw new HumanError(
    "usage",
    `${option} “${shown}” is not an instant; write it like 2026-11-23T10:04Z, 2026-11-23T10:04+01:00, now or "15m ago".`,
  );
}

/** The same for an option that may be left out. */
export const optionalInstant = (option: string, text: string | undefined, now: () => Instant) =>
  text === undefined ? undefined : instantArgument(option, text, now);

function relative(text: string, now: () => Instant): Instant | null {
  if (text.toLowerCase() === "now") return now();
  const span = /^-\s*(\S.*)$/.exec(text)?.[1] ?? /^(.*\S)\s+ago$/i.exec(text)?.[1];
  const ms = span === undefined ? null : parseDuration(span.replace(/\s+/g, ""));
  return ms === null ? null : now() - ms;
}

/** Reads a length of time that is longer than none: `30m`, `1h30m`, `PT30M`. Milliseconds. */
export function durationArgument(option: string, text: string): number {
  const ms = parseDuration(text.trim());
  if (ms !== null && ms > 0) return ms;
  throw new HumanError(
    "usage",
    `${option} “${plainText(text, 60)}” is no length of time; write it like 30m or 1h30m.`,
  );
}

/** How many drops `--last` means. */
export function numberOfDrops(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new HumanError(
    "usage",
    `--last “${plainText(text, 20)}” is not a number of drops; write it like --last 8.`,
  );
}

/** One of a few words; a refusal names what was probably meant. */
export function choose<T extends string>(what: string, word: string, among: readonly T[]): T {
  const found = among.find((each) => each === word);
  if (found) return found;
  const near = nearest(word, among);
  const hint = near ? `did you mean ${near}? It is one of` : "use one of";
  throw new HumanError("usage", `“${plainText(word, 60)}” is not a ${what}; ${hint} ${among.join(", ")}.`);
}
