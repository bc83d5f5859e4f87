import { Dice } from "../dice.ts";

/** From when on a shop has so many requests, and such a share of them fails. */
export interface HistoryPart {
  /** Milliseconds since 1970. */
  from: number;
  perMinute: number;
  share: number;
  /** The share of each five minutes is multiplied by a factor of mean 1 whose coefficient of variation is 1. */
  bursty?: true;
  /** What tells its counters from others: `variant="new"`. */
  labels?: string;
}

interface HistoryOptions {
  parts: readonly HistoryPart[];
  /** When it ends. Milliseconds since 1970. */
  to: number;
  seed?: number;
  /** Between two scrapes. Milliseconds. */
  every?: number;
}

const MINUTE = 60_000;

/** Counters of a shop, `checkout_requests_total` and `checkout_errors_total`, as OpenMetrics with timestamps. */
export function shopHistory({ parts, to, seed = 1, every = 30_000 }: HistoryOptions): string {
  const dice = new Dice(seed);
  const series = new Map<string, { requests: string[]; errors: string[]; all: number; bad: number }>();
  for (const [i, part] of parts.entries()) {
    const labels = part.labels ?? "";
    const counts = series.get(labels) ?? { requests: [], errors: [], all: 0, bad: 0 };
    series.set(labels, counts);
    const end = parts.slice(i + 1).find((next) => (next.labels ?? "") === labels)?.from ?? to;
    let [block, factor] = [Number.NaN, 1];
    for (let at = part.from; at < end; at += every) {
      if (part.bursty && Math.floor(at / (5 * MINUTE)) !== block) {
        block = Math.floor(at / (5 * MINUTE));
        factor = dice.exponential();
      }
      const events = dice.poisson((part.perMinute * every) / MINUTE);
      counts.all += events;
      counts.bad += Math.min(events, dice.poisson(events * part.share * factor));
      const name = labels === "" ? "" : `{${labels}}`;
      counts.requests.push(`checkout_requests_total${name} ${counts.all} ${at / 1000}`);
      counts.errors.push(`checkout_errors_total${name} ${counts.bad} ${at / 1000}`);
    }
  }
  const lines = (of: "requests" | "errors") => [
    `# TYPE checkout_${of} counter`,
    ...[...series.values()].flatMap((counts) => counts[of]),
  ];
  return `${[...lines("errors"), ...lines("requests"), "# EOF"].join("\n")}\n`;
}
