import type { Signal } from "../domain/policy/policy.ts";
import type { Answer, Series } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";
import { endpoint, type Http, type SignalSource, statusFailure } from "./http.ts";
import { ReadingFailed } from "./secrets.ts";

type Source = Extract<Signal["source"], { kind: "alertmanager" }>;

/** The alerts that fire in an Alertmanager (API v2): not those that a silence or another alert holds back. */
export function alertmanagerSource({ url, matchers, auth }: Source, http: Http): SignalSource {
  const address = endpoint(url, "api/v2/alerts", [
    ["active", "true"],
    ["silenced", "false"],
    ["inhibited", "false"],
    ...matchers.map((matcher) => ["filter", matcher] as const),
  ]);
  const host = plainText(address.host, 100);
  return async (stop) => {
    try {
      const { status, json } = await http.get(address, auth, stop);
      if (status === 400 && typeof json === "string")
        return { failed: `Alertmanager refuses the matchers: ${plainText(json, 200)}` };
      return statusFailure(status, host, auth) ?? answerOf(json, host);
    } catch (error) {
      if (error instanceof ReadingFailed) return error.failure;
      throw error;
    }
  };
}

interface Alert {
  labels: Record<string, unknown>;
  status: { state: string };
}

function answerOf(json: unknown, host: string): Answer {
  if (!Array.isArray(json) || !json.every(isAlert))
    return { failed: `${host} did not answer as an Alertmanager does; is \`url\` right?` };
  const series: Series[] = [];
  for (const { labels, status } of json) {
    // Asked for already; but an answer from between two evaluations may hold it all the same.
    if (status.state !== "suppressed") series.push({ name: alertName(labels), value: 1 });
  }
  return { series };
}

function isAlert(value: unknown): value is Alert {
  const { labels, status } = (value ?? {}) as Partial<Alert>;
  return typeof labels === "object" && labels !== null && typeof status?.state === "string";
}

/** Its name, and the labels that tell it from others of this name. */
function alertName({ alertname, ...labels }: Record<string, unknown>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(String(value))}`);
  const name = typeof alertname === "string" ? alertname : "an alert without a name";
  return plainText(pairs.length > 0 ? `${name}{${pairs.join(",")}}` : name, 200);
}
