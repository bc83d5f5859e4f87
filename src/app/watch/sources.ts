import type { Signal } from "../../domain/policy/policy.ts";
import { FetchHttp } from "../../signals/http.ts";
import type { Secrets } from "../../signals/secrets.ts";
import { openSource, type SignalSource } from "../../signals/signalSource.ts";

/** Opens the sources of signals over HTTP. */
export function httpSources(
  secrets: Secrets,
  fetchBy: typeof fetch = fetch,
): (source: Signal["source"]) => SignalSource {
  const http = new FetchHttp({ fetch: fetchBy, secrets });
  return (source) => openSource(source, http);
}
