import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { parseDuration } from "../domain/time/duration.ts";

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
