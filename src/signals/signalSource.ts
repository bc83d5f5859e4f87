import type { Signal } from "../domain/policy/policy.ts";
import type { Answer } from "../domain/signal/signal.ts";
import { alertmanagerSource } from "./alertmanager.ts";
import type { Http } from "./http.ts";
import { prometheusSource } from "./prometheus.ts";

/** Reads a signal once. Never throws: what goes wrong is an answer too. */
export type SignalSource = (stop: AbortSignal) => Promise<Answer>;

/** A third kind of source is one file, and one line here. */
export function openSource(source: Signal["source"], http: Http): SignalSource {
  switch (source.kind) {
    case "prometheus":
      return prometheusSource(source, http);
    case "alertmanager":
      return alertmanagerSource(source, http);
  }
}
