import { formatInstant } from "../../domain/time/instant.ts";
import type { UndoResult } from "../undo/carryOut.ts";
import type { SignalView } from "./watchNews.ts";
import type { WatchOutcome } from "./watchUntil.ts";

/** The JSON of a watch, for pipelines: instants are ISO 8601 in UTC. */
export function watchReport(outcome: WatchOutcome, undo: UndoResult | null, notUndone: string | null) {
  const { view, from, to, breaches, breached, unrecorded, recorded, ended } = outcome;
  return {
    drop: view?.drop.tag ?? null,
    from: formatInstant(from),
    to: formatInstant(to),
    ended,
    signals: view?.signals.map(signalReport) ?? [],
    breached,
    unrecorded: unrecorded.map(({ signal, why }) => ({ signal: signal.name, why })),
    incident: breaches.find(({ incident }) => incident !== null)?.incident?.id ?? null,
    watched: recorded,
    undo: undo && { state: undo.state, commit: undo.commit, url: undo.url, mitigated: undo.mitigated },
    ...(notUndone === null ? {} : { notUndone }),
  };
}

export function signalReport({ signal, found, numbers }: SignalView) {
  return {
    name: signal.name,
    impact: signal.impact,
    // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
    then: signal.then,
    state: found?.state ?? "noData",
    value: jsonNumber(found?.value ?? null),
    series: found?.series ?? null,
    breach: signal.breach && `${signal.breach.operator} ${signal.breach.value}`,
    since: found && formatInstant(found.since),
    why: found?.why ?? null,
    values: numbers.map(jsonNumber),
  };
}

/** JSON has no infinities: as a text, as Prometheus writes it. */
function jsonNumber(value: number | null): number | string | null {
  if (value === null || Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : value > 0 ? "+Inf" : "-Inf";
}
