import type { Comparison } from "../policy/policy.ts";

/** A number for people: four digits that count. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
  return String(Number(value.toPrecision(4)));
}

/** The comparison as the policy writes it. */
export const breachText = (breach: Comparison | null) =>
  breach === null ? "any alert" : `${breach.operator} ${numberText(breach.value)}`;

const BARS = "▁▂▃▄▅▆▇█";
const GAP = "·";

/**
 * Numbers as a line of text, oldest first; null where there was none. The threshold is in the scale, so that a line
 * far below it looks low.
 */
export function sparkline(values: readonly (number | null)[], threshold: number | null = null): string {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const scale = threshold !== null && Number.isFinite(threshold) ? [...known, threshold] : known;
  const low = Math.min(...scale);
  const high = Math.max(...scale);
  return values.map((value) => barOf(value, low, high)).join("");
}

function barOf(value: number | null, low: number, high: number): string {
  if (value === null || Number.isNaN(value)) return GAP;
  if (value >= high && high > low) return BARS.at(-1)!;
  if (value <= low || high === low) return BARS[0]!;
  // Halved, for the distance between the greatest numbers there are is none.
  const share = (value / 2 - low / 2) / (high / 2 - low / 2);
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))]!;
}
