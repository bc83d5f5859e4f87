/** What a signal of the policy reads, and how it is judged. Durations are milliseconds. */

/** Names a secret; what it is stands nowhere in the repository. */
export interface SignalAuth {
  /** `header`: it is sent as it is, in the header of that name. */
  scheme: "bearer" | "basic" | "header";
  secret: string;
  header?: string;
  /** For a server that wants two headers. */
  also?: SignalAuth;
}

interface Server {
  /** The base address; of `json` and `probe` the whole one. */
  url: string;
  auth?: SignalAuth;
}

/** Bad events among all, in counters that only grow. Selectors, never sums: each series is read for its resets. */
interface CounterQuery {
  kind: "counters";
  /** Either the bad ones are counted, or the good ones. */
  counted: "bad" | "good";
  events: string;
  all: string;
  /** A label; each of its values is judged by itself. */
  by: string | null;
}

/** Events that took longer than a limit, in a histogram, classic or native. */
interface LatencyQuery {
  kind: "latency";
  histogram: string;
  slowerThan: number;
  by: string | null;
}

/** Bad events among all, in the JSON that a server answers for a stretch of time. */
export interface JsonQuery {
  kind: "json";
  /** JSON pointers; see `signals/jsonSeries`. */
  bad: string;
  all: string;
  /** Where the times are, if they do not stand beside the numbers. */
  at: string | null;
  /** Sent by POST; null: GET. */
  body: string | null;
}

export type EventsQuery = CounterQuery | LatencyQuery | JsonQuery;

interface Kinds {
  prometheus: Server & { query: string };
  alertmanager: Server & { matchers: string[] };
  json: Server & { value: string; body: string | null };
  compare: Server & {
    events: EventsQuery;
    /** How long before the drop each baseline begins; 24 hours of it are read. */
    before: number[];
    worse: number;
    falseAlarms: number;
  };
  burn: Server & {
    /** Null: the file of the objective says it. */
    events: EventsQuery | null;
    /** A file in OpenSLO's notation, in the repository. */
    slo: string | null;
    /** The share of events that are to be good; null: the file says it. */
    objective: number | null;
    /** Over how long the objective holds. */
    period: number;
  };
  probe: Server & { expect: number[]; text: string | null; within: number; failures: number };
}

export type SourceKind = keyof Kinds;
export type SourceOf<K extends SourceKind> = { kind: K } & Kinds[K];
export type SignalSource = { [K in SourceKind]: SourceOf<K> }[SourceKind];

/** With less traffic than this a signal says nothing. */
export interface MinimumTraffic {
  events: number;
  /** What counts it; null where the signal counts its events itself. */
  traffic: SourceOf<"prometheus"> | null;
}

/** Every server that a signal asks, and how. */
const serversOf = ({
  source,
  minimum,
}: {
  source: SignalSource;
  minimum?: MinimumTraffic | undefined;
}): Server[] => [source, ...(minimum?.traffic ? [minimum.traffic] : [])];

/** A secret that a policy names, and the server that it is for. */
export interface NamedSecret {
  name: string;
  /** `https://host:port`: what was entered for one server is never sent to another. */
  origin: string;
}

/** The secrets that a signal is read with, the first one first. */
export function secretsOfSignal(signal: Parameters<typeof serversOf>[0]): NamedSecret[] {
  return serversOf(signal).flatMap(({ url, auth }) =>
    auth ? headersOf(auth).map(({ secret }) => ({ name: secret, origin: new URL(url).origin })) : [],
  );
}

export const headersOf = (auth: SignalAuth): SignalAuth[] => [
  auth,
  ...(auth.also ? headersOf(auth.also) : []),
];

/** What a signal asks, as the policy has it: for people, and to find the metrics in it. */
export function askedBy(source: SignalSource): string {
  switch (source.kind) {
    case "prometheus":
      return source.query;
    case "alertmanager":
      return source.matchers.join(", ");
    case "json":
      return source.value;
    case "probe":
      return new URL(source.url).pathname;
    case "compare":
      return eventsAsked(source.events);
    case "burn":
      return source.events ? eventsAsked(source.events) : (source.slo ?? "");
  }
}

function eventsAsked(events: EventsQuery): string {
  switch (events.kind) {
    case "counters":
      return `${events.events} of ${events.all}`;
    case "latency":
      return `${events.histogram} slower than ${events.slowerThan} ms`;
    case "json":
      return `${events.bad} of ${events.all}`;
  }
}
