import type { EventLog } from "../event/event.ts";
import { formatInstant, type Instant, parseInstant } from "../time/instant.ts";
import { detectionData } from "./judgement.ts";
import type { Evaluation, SignalState } from "./signal.ts";

/** A stretch for which somebody watched a drop, and all stayed calm. */
export interface Watched {
  from: Instant;
  to: Instant;
  by: string;
  signals: string[];
}

/** A word on a signal that is on record. */
export interface SignalEntry {
  event: string;
  at: Instant;
  by: string;
  signal: string;
  state: string;
  /** The incident that it was written for. */
  incident: string | null;
  why: string | null;
  /** What it was judged by, as `detectionData` wrote it: foreign, so only to be shown. */
  detection: object | null;
}

/** The events of one drop that tell of its signals, in the order of truth. */
export function signalEntries(log: EventLog, tag: string): SignalEntry[] {
  return log
    .of(`drop/${tag}`)
    .filter(({ type }) => type === "signal")
    .map(({ id, at, by, data }) => ({
      event: id,
      at,
      by,
      signal: data.signal as string,
      state: data.state as string,
      incident: typeof data.incident === "string" ? data.incident : null,
      why: typeof data.why === "string" ? data.why : null,
      detection: typeof data.detection === "object" ? data.detection : null,
    }));
}

export function watchedEntries(log: EventLog, tag: string): Watched[] {
  return log.of(`drop/${tag}`).flatMap(({ type, data, by }) => {
    if (type !== "watched") return [];
    const [from, to] = [parseInstant(String(data.from)), parseInstant(String(data.to))];
    return from === null || to === null ? [] : [{ from, to, by, signals: namesOf(data.signals) }];
  });
}

function namesOf(signals: unknown): string[] {
  if (!Array.isArray(signals)) return [];
  return signals.flatMap((each) => (typeof each?.name === "string" ? [each.name as string] : []));
}

/** Whether a state is an answer of the service, and not of a source that could not say anything. */
export const isAnswer = (state: string) => state === "calm" || state === "pending" || state === "breached";

/** What a `signal` event keeps: what was decided, on what, and why. JSON has neither NaN nor infinities. */
export function signalData(name: string, found: Evaluation, incident: string | null, state?: SignalState) {
  return {
    signal: name,
    state: state ?? found.state,
    ...(found.value !== null && Number.isFinite(found.value) ? { value: found.value } : {}),
    ...(found.series === null ? {} : { series: found.series }),
    ...(found.detection ? { detection: detectionData(found.detection) } : {}),
    why: found.why,
    since: formatInstant(found.breachingSince ?? found.since),
    ...(incident === null ? {} : { incident }),
  };
}
