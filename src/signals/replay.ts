import {
  type Finding,
  type PastDrop,
  type PastIncident,
  replayBurn,
  replayComparison,
} from "../domain/detection/backtest.ts";
import {
  BURN_WINDOWS,
  type BurnVerdict,
  burn,
  type EventCounts,
  LONGEST_BURN_WINDOW,
} from "../domain/detection/burnRate.ts";
import { worstVariant } from "../domain/detection/comparison.ts";
import { eventsOf, queryOver } from "../domain/detection/openSlo.ts";
import type { Signal } from "../domain/policy/policy.ts";
import type { SourceOf } from "../domain/policy/signalTerms.ts";
import type { Detection } from "../domain/signal/detection.ts";
import { type Evaluation, evaluate, type Series } from "../domain/signal/signal.ts";
import { writeDuration } from "../domain/time/duration.ts";
import type { Instant } from "../domain/time/instant.ts";
import { eventsPerQuery, readObjectives } from "./burn.ts";
import { readDay, stepOver } from "./comparison.ts";
import { type Counted, eventsReader, readRange } from "./events.ts";
import type { Http, WatchContext } from "./http.ts";
import { seriesName } from "./prometheus.ts";

/** What a signal would have seen in one past watch: a detection, or the reading of a threshold. */
export type Replayed = Finding<Detection | Evaluation>;

/** @throws {ReadingFailed} where the past cannot be read. */
type Replay = (drop: PastDrop, incidents: readonly PastIncident[], stop: AbortSignal) => Promise<Replayed>;

type ReplayContext = Pick<WatchContext, "tests" | "readFile">;

const MINUTE = 60_000;

/** How a signal is replayed from what its server still knows; null for a source that only knows the present. */
export function replayOf(signal: Signal, http: Http, context: ReplayContext): Replay | null {
  const { source } = signal;
  switch (source.kind) {
    case "compare":
      return comparisonReplay(source, http, context);
    case "burn":
      return burnReplay(source, signal.minimum?.events ?? 0, http, context);
    case "prometheus":
      return thresholdReplay(signal, source, http);
    case "alertmanager":
    case "json":
    case "probe":
      return null;
  }
}

function comparisonReplay(source: SourceOf<"compare">, http: Http, { tests }: ReplayContext): Replay {
  const read = eventsReader(source, source.events, http);
  return async (drop, incidents, stop) => {
    const { shippedAt, endsAt } = drop;
    const watch = await read(shippedAt, endsAt, stepOver(endsAt - shippedAt), stop);
    const days: { name: string; before: number; counted: Counted | null }[] = [];
    for (const before of source.before)
      days.push({
        name: writeDuration(before),
        before,
        counted: await readDay(read, shippedAt, before, stop),
      });
    const none = { name: "", increments: watch?.whole ?? [] };
    const variants = watch && watch.variants.length > 0 ? watch.variants : [none];
    const law = { worse: source.worse, falseAlarms: source.falseAlarms, tests: tests * variants.length };
    const findings = variants.map(({ name, increments }) => {
      const before = days.flatMap(({ counted, ...rest }) => {
        const own = counted?.variants.find((each) => each.name === name)?.increments;
        return counted ? [{ ...rest, counters: own ?? counted.whole }] : [];
      });
      const finding = replayComparison(law, drop, { watch: increments, before }, incidents);
      return { name, verdict: finding.numbers, finding };
    });
    // Of several that alarm, the first one is the one that would have been told.
    const alarms = findings.filter(({ finding }) => finding.alarmedAt !== null);
    alarms.sort((a, b) => a.finding.alarmedAt! - b.finding.alarmedAt!);
    const { name, finding } = alarms[0] ?? worstVariant(findings)!;
    const variant = variants[0] === none ? null : name;
    const numbers = {
      kind: "compare",
      verdict: finding.numbers,
      variant,
      variants: variants.length,
    } as const;
    return { ...finding, numbers };
  };
}

function burnReplay(
  source: SourceOf<"burn">,
  leastEvents: number,
  http: Http,
  context: ReplayContext,
): Replay {
  const { events, objective, period } = source;
  const detection = (numbers: BurnVerdict, share: number, name: string | null): Detection => ({
    kind: "burn",
    verdict: numbers,
    objective: share,
    name,
  });
  if (events && objective !== null) {
    const read = eventsReader(source, events, http);
    return async (drop, _, stop) => {
      const counted = await read(drop.shippedAt - LONGEST_BURN_WINDOW, drop.endsAt, MINUTE, stop);
      const found = replayBurn({ objective, period, leastEvents }, drop, counted?.whole ?? []);
      return { ...found, numbers: detection(found.numbers, objective, null) };
    };
  }
  return async (drop, _, stop) => {
    const objectives = await readObjectives(source.slo ?? "", context);
    const findings: Replayed[] = [];
    for (const each of objectives) {
      const counts = await countsByQuery(source, each, drop, http, stop);
      const law = { objective: each.target, period: each.period, leastEvents };
      let numbers: BurnVerdict | null = null;
      let alarmedAt: Instant | null = null;
      for (let at = drop.shippedAt + MINUTE; at <= drop.endsAt && alarmedAt === null; at += MINUTE) {
        numbers = burn(law, (window) => counts.get(window)?.get(at) ?? { bad: 0, all: 0 }, at);
        if (numbers.state === "page") alarmedAt = at;
      }
      numbers ??= burn(law, () => ({ bad: 0, all: 0 }), drop.endsAt);
      const conclusive = numbers.state !== "noData" && numbers.state !== "notEnoughTraffic";
      findings.push({ alarmedAt, conclusive, numbers: detection(numbers, each.target, each.name) });
    }
    findings.sort(
      (a, b) => (a.alarmedAt ?? Number.POSITIVE_INFINITY) - (b.alarmedAt ?? Number.POSITIVE_INFINITY),
    );
    return findings[0]!;
  };
}

/** What the queries of an objective answered at each minute of a watch, by window. */
async function countsByQuery(
  source: SourceOf<"burn">,
  objective: Awaited<ReturnType<typeof readObjectives>>[number],
  { shippedAt, endsAt }: PastDrop,
  http: Http,
  stop: AbortSignal,
): Promise<Map<number, Map<Instant, EventCounts>>> {
  const byWindow = new Map<number, Map<Instant, EventCounts>>();
  const sums = async (query: string, scale: number) => {
    const series = await readRange(source, query, [shippedAt, endsAt, MINUTE], http, stop);
    const sum = new Map<Instant, number>();
    for (const { samples } of series)
      for (const { at, value } of samples)
        if (Number.isFinite(value)) sum.set(at, (sum.get(at) ?? 0) + value * scale);
    return sum;
  };
  for (const window of BURN_WINDOWS) {
    const [events, total] = await Promise.all(
      [objective.events, objective.total].map((each) =>
        sums(queryOver(each, window), eventsPerQuery(each.text, window)),
      ),
    );
    const counts = new Map(
      [...total!].map(([at, all]) => [at, eventsOf(objective, events!.get(at) ?? 0, all)]),
    );
    byWindow.set(window, counts);
  }
  return byWindow;
}

function thresholdReplay(signal: Signal, source: SourceOf<"prometheus">, http: Http): Replay {
  const { minimum, every } = signal;
  return async ({ shippedAt, endsAt }, _, stop) => {
    const range = [shippedAt, endsAt, every] as const;
    const [series, traffic] = await Promise.all([
      readRange(source, source.query, range, http, stop),
      minimum?.traffic ? readRange(minimum.traffic, minimum.traffic.query, range, http, stop) : [],
    ]);
    let found: Evaluation | null = null;
    let conclusive = false;
    for (let at = shippedAt; at <= endsAt; at += every) {
      const answer = { series: seriesAt(series, at), traffic: sumAt(traffic, at) };
      found = evaluate(signal, found, { at, answer });
      if (found.state === "calm" || found.state === "breached") conclusive = true;
      if (found.state === "breached") return { alarmedAt: at, conclusive, numbers: found };
    }
    return { alarmedAt: null, conclusive, numbers: found! };
  };
}

type Read = Awaited<ReturnType<typeof readRange>>;

const seriesAt = (series: Read, at: Instant): Series[] =>
  series.flatMap(({ labels, samples }) => {
    const sample = samples.find((each) => each.at === at);
    return sample ? [{ name: seriesName(labels), value: sample.value }] : [];
  });

const sumAt = (series: Read, at: Instant): number =>
  seriesAt(series, at).reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0);
