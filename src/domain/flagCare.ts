import type { Policy } from "./policy/policy.ts";
import { plainText } from "./text/plainText.ts";

/** A flag that is fully on for more drops than that has done its work, and can go. */
export const STALE_AFTER_DROPS = 4;

/** What a flag lacks. */
export type FlagConcern = "noMetric" | "noSignal" | "stale";

/** How a flag is looked after: what it moves, and what would tell. */
export interface FlagCare {
  metric: string | null;
  /** The signals that read that metric. */
  signals: string[];
  concerns: { kind: FlagConcern; message: string }[];
}

/**
 * @param fullyOn Whether the flag is fully on right now.
 * @param drops In how many of the newest drops it has been so, without a break; null where nobody knows.
 */
export function flagCare(
  key: string,
  { flags, signals }: Pick<Policy, "flags" | "signals">,
  fullyOn: boolean,
  drops: number | null,
): FlagCare {
  const metrics = flags?.metrics ?? {};
  const metric = Object.hasOwn(metrics, key) ? metrics[key]! : null;
  const readers =
    metric === null ? [] : signals.filter((signal) => reads(signal, metric)).map(({ name }) => name);
  const concerns: FlagCare["concerns"] = [];
  const shown = `“${plainText(key, 60)}”`;
  if (metric === null) {
    const message = `The flag ${shown} has no business metric; name the one that it moves under flags.metrics in the policy.`;
    concerns.push({ kind: "noMetric", message });
  } else if (readers.length === 0) {
    const message = `No signal reads ${plainText(metric, 60)}, the metric of ${shown}; add one to the policy, or nobody sees what it does.`;
    concerns.push({ kind: "noSignal", message });
  }
  if (fullyOn && drops !== null && drops > STALE_AFTER_DROPS) {
    const message = `The flag ${shown} has been fully on for ${drops} drops; remove it from the code, and then from here.`;
    concerns.push({ kind: "stale", message });
  }
  return { metric, signals: readers, concerns };
}

/** Whether a query names the metric as a whole word: `checkout_conversion` is in `rate(checkout_conversion[5m])`. */
function reads({ source }: Policy["signals"][number], metric: string): boolean {
  const text = source.kind === "prometheus" ? source.query : source.matchers.join(" ");
  const word = metric.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z0-9_:])${word}(?![A-Za-z0-9_:])`).test(text);
}
