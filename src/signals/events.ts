import {
  type CounterSeries,
  type Increment,
  incrementsOf,
  type Sample,
} from "../domain/detection/counters.ts";
import { latencyCounters, type NativeSample, nativeLatencyCounters } from "../domain/detection/latency.ts";
import type { EventsQuery, JsonQuery, SignalAuth } from "../domain/policy/signalTerms.ts";
import { plainText } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { endpoint, type Http, statusFailure } from "./http.ts";
import { incrementsIn } from "./jsonSeries.ts";
import { errorOf, isMap, readNumber } from "./prometheus.ts";
import { ReadingFailed } from "./secrets.ts";

/** What was counted in one stretch: all together, and for each value of the label where there is one. */
export interface Counted {
  whole: Increment[];
  variants: { name: string; increments: Increment[] }[];
}

/**
 * Counts events after `from` and up to `to`. Null: there is nothing of that name.
 * @param step How finely. Milliseconds.
 * @throws {ReadingFailed} with one sentence.
 */
export type EventsReader = (
  from: Instant,
  to: Instant,
  step: number,
  stop: AbortSignal,
) => Promise<Counted | null>;

/** More values of a label than that are no variants: a mistake, or an attack on the reader. */
const MOST_VARIANTS = 50;

/** The server of a comparison or a burn rate, with what it counts there. */
export function eventsReader(
  server: { url: string; auth?: SignalAuth },
  events: EventsQuery,
  http: Http,
): EventsReader {
  if (events.kind === "json")
    return (from, to, _, stop) => readJson(server, events, { from, to }, http, stop);
  const range = (query: string, [from, to, step]: Range, stop: AbortSignal) =>
    readRange(server, query, [from, to, step], http, stop);
  const { by } = events;
  if (events.kind === "counters")
    return async (from, to, step, stop) => {
      const at: Range = [from, to, step];
      const [all, some] = await Promise.all([range(events.all, at, stop), range(events.events, at, stop)]);
      if (all.length === 0) return null;
      const counters = (of: (series: Series[]) => Series[]) =>
        events.counted === "bad" ? { all: of(all), bad: of(some) } : { all: of(all), good: of(some) };
      const whole = incrementsOf(counters((series) => series));
      return {
        whole,
        variants: variantsOf([...all, ...some], by, (is) =>
          incrementsOf(counters((list) => list.filter(is))),
        ),
      };
    };
  return async (from, to, step, stop) => {
    const at: Range = [from, to, step];
    const limit = events.slowerThan / 1000;
    const buckets = await range(events.histogram.replace(/^\s*[^{\s]+/, "$&_bucket"), at, stop);
    const series = buckets.length > 0 ? buckets : await range(events.histogram, at, stop);
    if (series.length === 0) return null;
    const slow = (of: readonly Series[]) => latencyIn(of, limit, events.histogram);
    return { whole: slow(series), variants: variantsOf(series, by, (is) => slow(series.filter(is))) };
  };
}

type Range = readonly [from: Instant, to: Instant, step: number];

interface Series extends CounterSeries {
  labels: Record<string, string>;
  native: NativeSample[];
}

function variantsOf(
  series: readonly Series[],
  by: string | null,
  count: (is: (each: Series) => boolean) => Increment[],
): Counted["variants"] {
  if (by === null) return [];
  const variantOf = ({ labels }: Series) => labels[by] ?? "";
  const names = [...new Set(series.map(variantOf))].sort();
  if (names.length > MOST_VARIANTS)
    throw new ReadingFailed(
      `The label ${plainText(by, 60)} has ${names.length} values, and at most ${MOST_VARIANTS} can be judged; name another one under \`by\`.`,
    );
  return names.map((name) => ({
    name: name === "" ? `without ${by}` : plainText(name, 60),
    increments: count((each) => variantOf(each) === name),
  }));
}

function latencyIn(series: readonly Series[], limit: number, name: string): Increment[] {
  if (series.some(({ native }) => native.length > 0)) {
    const counted = series.map(({ key, native }) => nativeLatencyCounters(key, native, limit));
    return incrementsOf({ all: counted.map(({ all }) => all), bad: counted.map(({ bad }) => bad) });
  }
  const bounds = groupedBy(series, ({ labels }) => labels.le ?? "");
  const buckets = [...bounds].map(([le, counters]) => ({ bound: readNumber(le) ?? Number.NaN, counters }));
  const latency = latencyCounters(buckets, limit);
  if (!latency)
    throw new ReadingFailed(
      `The histogram ${plainText(name, 120)} has no bucket as high as ${limit * 1000} ms; choose a lower \`slowerThan\`.`,
    );
  return incrementsOf(latency.counters);
}

function groupedBy<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

/** Every series of a selector over a stretch, as it was at each step. */
export async function readRange(
  { url, auth }: { url: string; auth?: SignalAuth },
  query: string,
  [from, to, step]: Range,
  http: Http,
  stop: AbortSignal,
): Promise<Series[]> {
  const address = endpoint(url, "api/v1/query_range", [
    ["query", query],
    ["start", String(from / 1000)],
    ["end", String(to / 1000)],
    ["step", String(step / 1000)],
  ]);
  const host = plainText(address.host, 100);
  const { status, json } = await http.get(address, auth, stop);
  const refusal = errorOf(json);
  if (refusal !== null) throw new ReadingFailed(`Prometheus refuses the query: ${plainText(refusal, 200)}`);
  const failure = statusFailure(status, host, auth);
  if (failure) throw new ReadingFailed(failure.failed, failure.secret, auth?.secret);
  const data = isMap(json) && json.status === "success" ? json.data : null;
  if (!isMap(data) || data.resultType !== "matrix" || !Array.isArray(data.result))
    throw new ReadingFailed(`${host} did not answer as a Prometheus does; is \`url\` right?`);
  return data.result.map((series) => readSeries(series, host));
}

function readSeries(series: unknown, host: string): Series {
  if (!isMap(series) || !isMap(series.metric)) throw new ReadingFailed(`${host} answered with no series.`);
  const labels = Object.fromEntries(
    Object.entries(series.metric).map(([name, value]) => [name, String(value)]),
  );
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    key: JSON.stringify(pairs),
    labels,
    samples: pairsIn(series.values).flatMap(([at, value]): Sample[] => {
      const number = readNumber(String(value));
      return number === null ? [] : [{ at, value: number }];
    }),
    native: pairsIn(series.histograms).flatMap(([at, value]) => readNative(at, value)),
  };
}

function pairsIn(list: unknown): [Instant, unknown][] {
  return (Array.isArray(list) ? list : []).flatMap((pair): [Instant, unknown][] =>
    Array.isArray(pair) && typeof pair[0] === "number" ? [[Math.round(pair[0] * 1000), pair[1]]] : [],
  );
}

/** `buckets` as Prometheus writes them: kind of bounds, lower, upper, count. */
function readNative(at: Instant, value: unknown): NativeSample[] {
  if (!isMap(value)) return [];
  const buckets = (Array.isArray(value.buckets) ? value.buckets : []).flatMap((bucket) => {
    const [lower, upper, count] = (Array.isArray(bucket) ? bucket.slice(1) : []).map((each) =>
      readNumber(String(each)),
    );
    return lower == null || upper == null || count == null ? [] : [{ lower, upper, count }];
  });
  return [{ at, buckets }];
}

async function readJson(
  { url, auth }: { url: string; auth?: SignalAuth },
  { bad, all, at, body }: JsonQuery,
  stretch: { from: Instant; to: Instant },
  http: Http,
  stop: AbortSignal,
): Promise<Counted> {
  const address = new URL(filled(url, stretch, encodeURIComponent));
  const host = plainText(address.host, 100);
  const sent = body === null ? undefined : filled(body, stretch, (text) => text);
  const { status, json } = await http.get(address, auth, stop, sent);
  const failure = statusFailure(status, host, auth);
  if (failure) throw new ReadingFailed(failure.failed, failure.secret, auth?.secret);
  if (json === undefined) throw new ReadingFailed(`${host} did not answer with JSON; is \`url\` right?`);
  return { whole: incrementsIn(json, { bad, all, at }, stretch.to, host), variants: [] };
}

/** An address or a body with the stretch that is asked for in it. */
export function filled(
  template: string,
  stretch: { from: Instant; to: Instant },
  written: (text: string) => string,
): string {
  return template.replace(
    /\{\{\s*(from|to)\.(seconds|milliseconds|iso)\s*\}\}/g,
    (_, end: "from" | "to", unit: string) => {
      const at = stretch[end];
      if (unit === "iso") return written(formatInstant(at));
      return String(unit === "seconds" ? Math.floor(at / 1000) : at);
    },
  );
}
