import type { Signal } from "../domain/policy/policy.ts";
import { alertmanagerSource } from "./alertmanager.ts";
import type { Http, SignalSource } from "./http.ts";
import { prometheusSource } from "./prometheus.ts";

/** A third kind of source is one file, and one line here. */
export function openSource(source: Signal["source"], http: Http): SignalSource {
  switch (source.kind) {
    case "prometheus":
      return prometheusSource(source, http);
    case "alertmanager":
      return alertmanagerSource(source, http);
  }
}
