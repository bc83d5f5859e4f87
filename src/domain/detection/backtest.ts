import type { Instant } from "../time/instant.ts";
import { type BurnLaw, type BurnVerdict, burn, countsBefore } from "./burnRate.ts";
import { Comparison, type ComparisonLaw, type ComparisonVerdict } from "./comparison.ts";
import { type EventCounters, type Increment, incrementsOf } from "./counters.ts";
import { baselinesOf } from "./normal.ts";

/** A drop of the past, and for how long it was watched. */
export interface PastDrop {
  tag: string;
  shippedAt: Instant;
  endsAt: Instant;
}

/** An incident on record that was real: no drill, no test. */
export interface PastIncident {
  id: string;
  /** The drop that caused it; null where nobody said so. */
  drop: string | null;
  startedAt: Instant;
  /** When it was mitigated; null while it is not. */
  endedAt: Instant | null;
}

/** What a signal made of one watch. */
export interface Finding<Numbers> {
  /** The first instant at which it would have alarmed. */
  alarmedAt: Instant | null;
  /** It had data and traffic enough to tell: without an alarm, "nothing was wrong" is an answer. */
  conclusive: boolean;
  /** What it went by, at the alarm or at the end. */
  numbers: Numbers;
}

/** `quiet`: no incident, no alarm. `unseen`: no incident, and nothing could have been found. */
type BacktestOutcome = "found" | "missed" | "false" | "quiet" | "unseen";

export interface BacktestRow<Numbers> extends Finding<Numbers> {
  drop: PastDrop;
  outcome: BacktestOutcome;
  /** The incident's id; null without one. */
  incident: string | null;
  /** From the start of the incident, or else from shipping, to the alarm. Milliseconds; negative: before its start. */
  delay: number | null;
}

export interface BacktestSummary {
  drops: number;
  found: number;
  missed: number;
  false: number;
  quiet: number;
  unseen: number;
  /** Of those that were found. Milliseconds. */
  medianDelay: number | null;
}

/**
 * What a signal would have found in the watches of past drops, against the incidents on record. An incident is a
 * drop's where it says so, or where it says nothing and began in the watch. An alarm finds it until it was over.
 */
export function backtest<Numbers>(
  drops: readonly PastDrop[],
  incidents: readonly PastIncident[],
  find: (drop: PastDrop) => Finding<Numbers>,
): BacktestRow<Numbers>[] {
  return drops.map((drop) => {
    const finding = find(drop);
    const { alarmedAt, conclusive } = finding;
    const incident = incidentOf(drop, incidents);
    const inTime = alarmedAt !== null && alarmedAt <= (incident?.endedAt ?? Number.POSITIVE_INFINITY);
    const outcome: BacktestOutcome = incident
      ? inTime
        ? "found"
        : "missed"
      : alarmedAt !== null
        ? "false"
        : conclusive
          ? "quiet"
          : "unseen";
    const delay = alarmedAt === null ? null : alarmedAt - (incident?.startedAt ?? drop.shippedAt);
    return { ...finding, drop, outcome, incident: incident?.id ?? null, delay };
  });
}

function incidentOf({ tag, shippedAt, endsAt }: PastDrop, incidents: readonly PastIncident[]) {
  const own = incidents.filter(
    ({ drop, startedAt }) =>
      startedAt < endsAt && (drop === tag || (drop === null && startedAt >= shippedAt)),
  );
  return own.reduce<PastIncident | null>(
    (first, incident) => (first === null || incident.startedAt < first.startedAt ? incident : first),
    null,
  );
}

export function summaryOf(rows: readonly BacktestRow<unknown>[]): BacktestSummary {
  const count = (outcome: BacktestOutcome) => rows.filter((row) => row.outcome === outcome).length;
  const delays = rows.flatMap(({ outcome, delay }) => (outcome === "found" && delay !== null ? [delay] : []));
  delays.sort((a, b) => a - b);
  const middle = (delays[(delays.length - 1) >> 1] ?? 0) + (delays[delays.length >> 1] ?? 0);
  return {
    drops: rows.length,
    found: count("found"),
    missed: count("missed"),
    false: count("false"),
    quiet: count("quiet"),
    unseen: count("unseen"),
    medianDelay: delays.length === 0 ? null : middle / 2,
  };
}

/** What was read for one drop. */
interface DropSamples {
  /** From shipping to the end of the watch. */
  watch: EventCounters | readonly Increment[];
  /** By baseline; `before` as in the policy, milliseconds. Incidents may be in there: they are left out here. */
  before: readonly { name: string; before: number; counters: EventCounters | readonly Increment[] }[];
}

/** Replays a comparison over one past watch, reading by reading, as it would have been seen then. */
export function replayComparison(
  law: ComparisonLaw,
  drop: PastDrop,
  samples: DropSamples,
  incidents: readonly PastIncident[],
): Finding<ComparisonVerdict> {
  const open = incidents.map(({ startedAt, endedAt }) => ({
    from: startedAt,
    to: endedAt ?? drop.shippedAt,
  }));
  const reads = samples.before.map(({ counters, ...rest }) => ({ ...rest, increments: countsIn(counters) }));
  const baselines = baselinesOf(drop.shippedAt, drop.shippedAt, reads, open);
  const comparison = new Comparison(law, drop.shippedAt, baselines);
  for (const increment of countsIn(samples.watch)) {
    if (increment.at > drop.endsAt) break;
    comparison.add(increment);
    // As it was when it alarmed: what came later was not known then.
    if (comparison.regressedAt !== null) break;
  }
  const numbers = comparison.verdictAt(comparison.regressedAt ?? drop.endsAt);
  const conclusive = numbers.state !== "notEnoughTraffic";
  return { alarmedAt: numbers.regressedAt, conclusive, numbers };
}

/** Replays a burn rate over one past watch. Only what pages is an alarm. @param increments Three days before it too. */
export function replayBurn(
  law: BurnLaw,
  { shippedAt, endsAt }: PastDrop,
  increments: readonly Increment[],
): Finding<BurnVerdict> {
  const at = (instant: Instant) => {
    const known = increments.filter((increment) => increment.at <= instant);
    return burn(law, countsBefore(known, instant), instant);
  };
  for (const increment of increments) {
    if (increment.at <= shippedAt || increment.at > endsAt) continue;
    const numbers = at(increment.at);
    if (numbers.state === "page") return { alarmedAt: increment.at, conclusive: true, numbers };
  }
  const numbers = at(endsAt);
  return { alarmedAt: null, conclusive: numbers.state === "calm" || numbers.state === "ticket", numbers };
}

const countsIn = (samples: EventCounters | readonly Increment[]): readonly Increment[] =>
  "all" in samples ? incrementsOf(samples) : samples;
