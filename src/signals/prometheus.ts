import type { Signal } from "../domain/policy/policy.ts";
import type { Answer, Series } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Instant } from "../domain/time/instant.ts";
import { endpoint, type Http, statusFailure } from "./http.ts";
import { ReadingFailed } from "./secrets.ts";

type Source = Extract<Signal["source"], { kind: "prometheus" }>;

/** An instant query over Prometheus' HTTP API: a scalar, or a vector with one series or several. */
export function prometheusSource({ url, query, auth }: Source, http: Http) {
  const host = plainText(new URL(url).host, 100);
  /** @param at Left out: the server's own now. */
  return async (stop: AbortSignal, at?: Instant): Promise<Answer> => {
    const address = endpoint(url, "api/v1/query", [
      ["query", query],
      ...(at === undefined ? [] : [["time", String(at / 1000)] as const]),
    ]);
    try {
      const { status, json } = await http.get(address, auth, stop);
      const refusal = errorOf(json);
      if (refusal !== null) return { failed: `Prometheus refuses the query: ${plainText(refusal, 200)}` };
      return statusFailure(status, host, auth) ?? answerOf(json, host);
    } catch (error) {
      if (error instanceof ReadingFailed) return error.failure;
      throw error;
    }
  };
}

export const errorOf = (json: unknown) =>
  isMap(json) && json.status === "error" && typeof json.error === "string" ? json.error : null;

function answerOf(json: unknown, host: string): Answer {
  const data = isMap(json) && json.status === "success" ? json.data : null;
  if (!isMap(data)) return { failed: `${host} did not answer as a Prometheus does; is \`url\` right?` };
  switch (data.resultType) {
    case "scalar":
      return seriesOf([{ metric: {}, value: data.result }], host);
    case "vector":
      return seriesOf(data.result, host);
    case "matrix":
      return { failed: "The query gives a range of values; a signal needs one value at a time." };
    default:
      return { failed: "The query gives no number." };
  }
}

function seriesOf(result: unknown, host: string): Answer {
  const samples = Array.isArray(result) ? result : [null];
  const series: Series[] = [];
  for (const sample of samples) {
    if (isMap(sample) && "histogram" in sample)
      return { failed: "The query gives a histogram; take a quantile of it." };
    const text = isMap(sample) && Array.isArray(sample.value) ? sample.value[1] : null;
    const value = typeof text === "string" ? readNumber(text) : null;
    if (value === null) return { failed: `${host} answered with a value that is no number.` };
    series.push({ name: seriesName((sample as { metric?: unknown }).metric), value });
  }
  return { series };
}

/** As Prometheus writes numbers; null where it is none. */
export function readNumber(text: string): number | null {
  if (text === "NaN") return Number.NaN;
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? null : value;
}

/** `up{job="api"}`, as PromQL writes it; null where nothing tells the series from others. */
export function seriesName(metric: unknown): string | null {
  if (!isMap(metric)) return null;
  const { __name__: name, ...labels } = metric;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(String(value))}`);
  const text = `${typeof name === "string" ? name : ""}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""}`;
  return text === "" ? null : plainText(text, 200);
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
