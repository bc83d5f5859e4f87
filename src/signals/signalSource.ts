import { PROBE_DEFAULTS, type ProbeResult, probeResult, probeVerdict } from "../domain/detection/probe.ts";
import type { WatchFacts } from "../domain/drop/watchPlan.ts";
import type { Signal } from "../domain/policy/policy.ts";
import type { SourceKind, SourceOf, SignalSource as SourceTerms } from "../domain/policy/signalTerms.ts";
import type { Answer } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";
import { alertmanagerSource } from "./alertmanager.ts";
import { burnSource } from "./burn.ts";
import { comparisonSource } from "./comparison.ts";
import { filled } from "./events.ts";
import { type Http, type SignalSource, statusFailure, type WatchContext } from "./http.ts";
import { lastNumber } from "./jsonSeries.ts";
import { prometheusSource } from "./prometheus.ts";
import { ReadingFailed } from "./secrets.ts";

/** Opens a signal for one watch. */
export type SourceOpener = (signal: Signal, facts: WatchFacts) => SignalSource;

type Open<K extends SourceKind> = (
  source: SourceOf<K>,
  http: Http,
  context: WatchContext,
  leastEvents: number,
) => SignalSource;

/** How each kind of source is read: another kind is one file, and one line here. */
const OPEN = {
  prometheus: (source, http) => prometheusSource(source, http),
  alertmanager: alertmanagerSource,
  json: jsonSource,
  compare: comparisonSource,
  burn: burnSource,
  probe: probeSource,
} satisfies { [K in SourceKind]: Open<K> };

/** Opens a signal's source, with the traffic beside it where the policy asks for some. */
export function openSource(
  { source, minimum }: { source: SourceTerms; minimum?: Signal["minimum"] },
  http: Http,
  context: WatchContext,
): SignalSource {
  const open = OPEN[source.kind] as Open<SourceKind>;
  const read = open(source as SourceOf<SourceKind>, http, context, minimum?.events ?? 0);
  if (!minimum?.traffic) return (stop) => read(stop);
  const traffic = prometheusSource(minimum.traffic, http);
  return async (stop): Promise<Answer> => {
    const [answer, events] = await Promise.all([read(stop), traffic(stop)]);
    if (!("series" in answer) || "failed" in events) return "failed" in answer ? answer : events;
    const numbers = "series" in events ? events.series.map(({ value }) => value).filter(Number.isFinite) : [];
    return { ...answer, traffic: numbers.reduce((a, b) => a + b, 0) };
  };
}

/** The last quarter of an hour of a vendor's series: of its numbers the newest one counts. */
const JSON_STRETCH = 15 * 60_000;

function jsonSource(
  { url, auth, value, body }: SourceOf<"json">,
  http: Http,
  { now }: Pick<WatchContext, "now">,
): SignalSource {
  return async (stop) => {
    const stretch = { from: now() - JSON_STRETCH, to: now() };
    const address = new URL(filled(url, stretch, encodeURIComponent));
    const host = plainText(address.host, 100);
    try {
      const sent = body === null ? undefined : filled(body, stretch, (text) => text);
      const { status, json } = await http.get(address, auth, stop, sent);
      const failure = statusFailure(status, host, auth);
      if (failure) return failure;
      if (json === undefined) return { failed: `${host} did not answer with JSON; is \`url\` right?` };
      const number = lastNumber(json, value, host);
      return { series: number === null ? [] : [{ name: null, value: number }] };
    } catch (error) {
      if (error instanceof ReadingFailed) return error.failure;
      throw error;
    }
  };
}

/** More results than any law needs. */
const KEPT = 200;

function probeSource(
  { url, expect, text, within, failures }: SourceOf<"probe">,
  http: Http,
  { now }: Pick<WatchContext, "now">,
): SignalSource {
  const results: ProbeResult[] = [];
  return async (stop) => {
    const answer = await http.probe(new URL(url), stop);
    if (stop.aborted) return { series: [] };
    if ("failed" in answer && answer.unreachable) return { failed: answer.failed };
    results.push(probeResult({ status: expect, text, within }, answer, now()));
    if (results.length > KEPT) results.shift();
    return { detection: { kind: "probe", verdict: probeVerdict({ ...PROBE_DEFAULTS, failures }, results) } };
  };
}
