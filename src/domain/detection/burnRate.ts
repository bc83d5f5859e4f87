import type { Instant } from "../time/instant.ts";
import type { Increment } from "./counters.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What an objective promises. */
export interface BurnLaw {
  /** The share of events that are to be good: 0.999. */
  objective: number;
  /** Over how long. Milliseconds. */
  period: number;
  /** With fewer events in its short window a pair says nothing. */
  leastEvents: number;
}

type BurnUrgency = "page" | "ticket";

interface BurnPair {
  urgency: BurnUrgency;
  /** Milliseconds. */
  long: number;
  short: number;
  /** The share of the period's error budget that may burn in the long window. */
  budget: number;
}

/** The pairs of windows of "Alerting on SLOs" in the Site Reliability Workbook (Google, 2018), table 5-8. */
const PAIRS: readonly BurnPair[] = [
  { urgency: "page", long: HOUR, short: 5 * MINUTE, budget: 0.02 },
  { urgency: "page", long: 6 * HOUR, short: 30 * MINUTE, budget: 0.05 },
  { urgency: "ticket", long: DAY, short: 2 * HOUR, budget: 0.1 },
  { urgency: "ticket", long: 3 * DAY, short: 6 * HOUR, budget: 0.1 },
];

/** Every window that a verdict needs the events of, ascending. Milliseconds. */
export const BURN_WINDOWS: readonly number[] = [
  ...new Set(PAIRS.flatMap(({ long, short }) => [long, short])),
].sort((a, b) => a - b);

/** How far back the longest window reaches. Milliseconds. */
export const LONGEST_BURN_WINDOW = Math.max(...BURN_WINDOWS);

export interface EventCounts {
  bad: number;
  all: number;
}

/** One pair, and what it came to. */
interface BurnReading {
  urgency: BurnUrgency;
  /** Milliseconds. */
  long: number;
  short: number;
  /** From this burn rate on it counts; 1 burns the whole budget in exactly the period. */
  limit: number;
  /** Null: no events in that window. */
  longRate: number | null;
  shortRate: number | null;
  /** Events in the short window. */
  events: number;
  burning: boolean;
}

export interface BurnVerdict {
  at: Instant;
  /** `noData`: no pair has events; `notEnoughTraffic`: none has as many as the law asks for. */
  state: "calm" | "noData" | "notEnoughTraffic" | BurnUrgency;
  pairs: BurnReading[];
}

/**
 * Multi-window, multi-burn-rate: a pair burns where both its windows do, the long one because it lasts and the short
 * one because it still goes on. The rate must exceed the limit, as Prometheus rules of that kind have it.
 * @param countsIn The events of the last so many milliseconds.
 */
export function burn(law: BurnLaw, countsIn: (window: number) => EventCounts, at: Instant): BurnVerdict {
  const pairs = PAIRS.map(({ urgency, long, short, budget }): BurnReading => {
    const limit = (budget * law.period) / long;
    const [longCounts, shortCounts] = [countsIn(long), countsIn(short)];
    const [longRate, shortRate] = [rateOf(law, longCounts), rateOf(law, shortCounts)];
    const heard = longRate !== null && shortRate !== null && shortCounts.all >= law.leastEvents;
    const burning = heard && longRate > limit && shortRate > limit;
    return { urgency, long, short, limit, longRate, shortRate, events: shortCounts.all, burning };
  });
  return { at, state: stateOf(law, pairs), pairs };
}

function rateOf({ objective }: BurnLaw, { bad, all }: EventCounts): number | null {
  return all > 0 ? bad / all / (1 - objective) : null;
}

function stateOf({ leastEvents }: BurnLaw, pairs: readonly BurnReading[]): BurnVerdict["state"] {
  const burning = pairs.filter((pair) => pair.burning);
  if (burning.some(({ urgency }) => urgency === "page")) return "page";
  if (burning.length > 0) return "ticket";
  if (pairs.every(({ longRate }) => longRate === null)) return "noData";
  return pairs.some(({ events }) => events > 0 && events >= leastEvents) ? "calm" : "notEnoughTraffic";
}

/** The events of the last so many milliseconds; of an increment that began earlier, its share. */
export function countsBefore(increments: readonly Increment[], at: Instant): (window: number) => EventCounts {
  return (window) => {
    const counts = { bad: 0, all: 0 };
    for (const increment of increments) {
      if (increment.at > at || increment.at <= at - window) continue;
      const share = Math.min(1, (increment.at - (at - window)) / (increment.at - increment.from));
      counts.bad += share * increment.bad;
      counts.all += share * increment.all;
    }
    return counts;
  };
}
