import type { BurnVerdict } from "../detection/burnRate.ts";
import type { ComparisonVerdict } from "../detection/comparison.ts";
import type { probeVerdict } from "../detection/probe.ts";
import { counted } from "../text/counted.ts";

/** What a source that judges for itself came to, with the numbers that it went by. */
export type Detection =
  | {
      kind: "compare";
      verdict: ComparisonVerdict;
      /** The value of the label that speaks; null: there is no label. */
      variant: string | null;
      /** How many values were judged. */
      variants: number;
    }
  | { kind: "burn"; verdict: BurnVerdict; objective: number; name: string | null }
  | { kind: "probe"; verdict: ReturnType<typeof probeVerdict> }
  /** A threshold, or one of the others, with less traffic than the policy asks for. */
  | { kind: "traffic"; events: number; least: number };

/** How a detection reads in a row: its number, what that is held against, and where the limit is on a line of numbers. */
export function readingWords(
  detection: Detection,
  value: number | null,
): { value: string; against: string; limit: number | null } {
  switch (detection.kind) {
    case "compare": {
      const { normal } = detection.verdict;
      const shown = value === null ? "–" : percent(value);
      if (!normal) return { value: shown, against: "normal unknown", limit: null };
      const against = `normal ${percent(normal.bad / normal.all)}, limit ${percent(normal.limit)}`;
      return { value: shown, against, limit: normal.limit };
    }
    case "burn": {
      const { limit } = detection.verdict.pairs[0]!;
      return { value: value === null ? "–" : `${round(value)}×`, against: `limit ${round(limit)}×`, limit };
    }
    case "probe":
      return { value: value ? counted(value, "failure") : "answers", against: "", limit: null };
    case "traffic":
      return { value: "–", against: `${round(detection.events)} of ${detection.least} events`, limit: null };
  }
}

/** A share for people: three digits that count. */
export const percent = (share: number) => `${Number((100 * share).toPrecision(3))}%`;

/** Two digits that count, or a whole number. */
export function round(value: number): string {
  if (value >= 1e6) return "over a million";
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}
