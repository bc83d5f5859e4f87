import { plainText } from "../text/plainText.ts";
import type { EventCounts } from "./burnRate.ts";

/** A query of an OpenSLO file, whose range is still open. */
interface RangeQuery {
  text: string;
  /** `placeholder`: `{{.window}}` stands where the range goes; `counter`: it names counters, without a range. */
  range: "placeholder" | "counter";
}

/** One objective of an OpenSLO file: what it promises, and how its events are counted. */
export interface SloObjective {
  /** The file's name for it, with a number where it has several. */
  name: string;
  service: string | null;
  /** The share of events that are to be good: 0.999. */
  target: number;
  /** Milliseconds. */
  period: number;
  counted: "good" | "bad";
  /** The good or the bad events, as `counted` says. */
  events: RangeQuery;
  total: RangeQuery;
}

interface SloFault {
  /** Where in the document: `spec.objectives.0.target`. */
  path: string;
  /** A sentence that goes on from the path: "must be a share between 0 and 1". */
  message: string;
}

type SloReading = { objectives: SloObjective[] } | { fault: SloFault };

const DAY = 86_400_000;
const DEFAULT_PERIOD = 30 * DAY;

const UNITS: Record<string, number> = {
  m: 60_000,
  h: 3_600_000,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  Q: 90 * DAY,
  Y: 365 * DAY,
};
const LONG_UNITS: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  quarter: 90 * DAY,
  year: 365 * DAY,
};

class Fault extends Error {
  readonly fault: SloFault;
  constructor(path: string, message: string) {
    super(message);
    this.fault = { path, message };
  }
}

/**
 * Objectives and queries from the documents of an OpenSLO file (`openslo/v1` and `openslo/v1alpha`, whose queries
 * have Sloth's `{{.window}}`). Ratio metrics by occurrences only: an alert needs events, good or bad among all.
 * @param documents As YAML parses them.
 */
export function readOpenSlo(documents: readonly unknown[]): SloReading {
  try {
    const slos = documents.filter((document) => isMap(document) && own(document, "kind") === "SLO");
    if (slos.length === 0) throw new Fault("kind", "must be SLO in one of the documents");
    return { objectives: slos.flatMap((slo) => readSlo(slo, documents)) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault };
    throw error;
  }
}

function readSlo(document: unknown, documents: readonly unknown[]): SloObjective[] {
  const version = own(document, "apiVersion");
  if (version !== "openslo/v1" && version !== "openslo/v1alpha") {
    throw new Fault("apiVersion", "must be openslo/v1 or openslo/v1alpha");
  }
  const spec = mapAt(document, "spec", "");
  const method = own(spec, "budgetingMethod");
  if (method !== undefined && method !== "Occurrences") {
    throw new Fault(
      "spec.budgetingMethod",
      "must be Occurrences: a burn rate counts events, not slices of time",
    );
  }
  const objectives = own(spec, "objectives");
  if (!Array.isArray(objectives) || objectives.length === 0) {
    throw new Fault("spec.objectives", "must have at least one objective");
  }
  const name = textAt(mapAt(document, "metadata", ""), "name", "metadata");
  const service = own(spec, "service");
  const period = readPeriod(spec);
  return objectives.map((objective, i) => {
    const path = `spec.objectives.${i}`;
    if (!isMap(objective)) throw new Fault(path, "must be a map");
    const { ratio, at } = ratioOf(spec, objective, path, documents);
    return {
      name: objectives.length > 1 ? `${name} ${i + 1}` : name,
      service: typeof service === "string" ? plainText(service, 100) : null,
      target: readTarget(objective, path),
      period,
      ...readRatio(ratio, at),
    };
  });
}

function readTarget(objective: object, path: string): number {
  const percent = own(objective, "targetPercent");
  const share = typeof percent === "number" ? percent / 100 : own(objective, "target");
  if (typeof share === "number" && share > 0 && share < 1) return share;
  const key = percent === undefined ? "target" : "targetPercent";
  throw new Fault(`${path}.${key}`, `must lie between 0 and ${percent === undefined ? 1 : 100}`);
}

function readPeriod(spec: object): number {
  const key = own(spec, "timeWindow") === undefined ? "timeWindows" : "timeWindow";
  const windows = own(spec, key);
  if (windows === undefined) return DEFAULT_PERIOD;
  const path = `spec.${key}`;
  const window = Array.isArray(windows) && windows.length === 1 ? windows[0] : null;
  if (!isMap(window)) throw new Fault(path, "must have exactly one window");
  const [duration, count, unit] = [own(window, "duration"), own(window, "count"), own(window, "unit")];
  const [, number, letter] = /^(\d{1,6})([mhdwMQY])$/.exec(String(duration)) ?? [];
  const length =
    duration === undefined
      ? Number(count) * (LONG_UNITS[String(unit).toLowerCase().replace(/s$/, "")] ?? Number.NaN)
      : Number(number) * (UNITS[letter ?? ""] ?? Number.NaN);
  if (length > 0 && Number.isFinite(length)) return length;
  throw new Fault(`${path}.0`, "must have a duration such as 30d, or a count and a unit");
}

/** The ratio metric of an objective: its own, its indicator's, or that of the indicator that is named. */
function ratioOf(
  spec: object,
  objective: object,
  path: string,
  documents: readonly unknown[],
): { ratio: object; at: string } {
  const direct = own(objective, "ratioMetrics");
  if (isMap(direct)) return { ratio: direct, at: `${path}.ratioMetrics` };
  const [holder, at] =
    own(objective, "indicator") !== undefined || own(objective, "indicatorRef") !== undefined
      ? [objective, path]
      : [spec, "spec"];
  const ref = own(holder, "indicatorRef");
  const indicator = ref === undefined ? own(holder, "indicator") : indicatorNamed(ref, documents, at);
  const where = ref === undefined ? `${at}.indicator` : `${at}.indicatorRef`;
  if (!isMap(indicator)) throw new Fault(where, "must have an indicator with a ratio metric");
  const inside = own(indicator, "spec");
  const ratio = isMap(inside) ? own(inside, "ratioMetric") : own(indicator, "ratioMetric");
  if (isMap(ratio)) return { ratio, at: `${where}${isMap(inside) ? ".spec" : ""}.ratioMetric` };
  throw new Fault(where, "must have a ratio metric: a threshold metric counts no events");
}

function indicatorNamed(ref: unknown, documents: readonly unknown[], at: string): unknown {
  const found = documents.find((document) => {
    const metadata = isMap(document) && own(document, "kind") === "SLI" ? own(document, "metadata") : null;
    return isMap(metadata) && own(metadata, "name") === ref;
  });
  if (found === undefined) throw new Fault(`${at}.indicatorRef`, "must name an SLI of the same file");
  return found;
}

function readRatio(ratio: object, path: string): Pick<SloObjective, "counted" | "events" | "total"> {
  if (own(ratio, "raw") !== undefined) {
    throw new Fault(
      path,
      "must have `total`, and `good` or `bad`: a ratio alone does not tell how many events it is of",
    );
  }
  const counted = own(ratio, "bad") === undefined ? "good" : "bad";
  const counters = own(ratio, "counter") === true;
  return {
    counted,
    events: readQuery(ratio, counted, path, counters),
    total: readQuery(ratio, "total", path, counters),
  };
}

function readQuery(ratio: object, key: string, path: string, counters: boolean): RangeQuery {
  const metric = mapAt(ratio, key, path);
  const at = `${path}.${key}`;
  const source = own(metric, "metricSource");
  const [holder, where] = isMap(source)
    ? [mapAt(source, "spec", `${at}.metricSource`), `${at}.metricSource.spec`]
    : [metric, at];
  const kind = isMap(source) ? own(source, "type") : own(metric, "source");
  if (kind !== undefined && !/^(prometheus|sloth)$/i.test(String(kind))) {
    throw new Fault(isMap(source) ? `${at}.metricSource.type` : `${at}.source`, "must be Prometheus");
  }
  const promql = own(holder, "promql") === undefined ? "query" : "promql";
  const text = textAt(holder, promql, where);
  if (PLACEHOLDER.test(text)) return { text, range: "placeholder" };
  const [, opened, counter, closed] = (counters && COUNTER.exec(text.trim())) || [];
  if (counter !== undefined && (opened === undefined) === (closed === undefined)) {
    return { text: counter, range: "counter" };
  }
  throw new Fault(
    `${where}.${promql}`,
    "must have `{{.window}}` where its range goes, such as `sum(rate(requests_total[{{.window}}]))`",
  );
}

const PLACEHOLDER = /\{\{\s*\.window\s*\}\}/;
/** A metric with or without matchers, and with or without a sum around it: no range, no arithmetic. */
const COUNTER = /^(sum\s*\(\s*)?([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?)\s*(\))?$/;

/** What an objective's two queries answered, as bad events among all: both per second, or both as counts. */
export function eventsOf({ counted }: SloObjective, events: number, total: number): EventCounts {
  return { bad: counted === "bad" ? Math.min(events, total) : Math.max(0, total - events), all: total };
}

/** The query over the last so many milliseconds, in PromQL. Its value has the unit that the file chose. */
export function queryOver({ text, range }: RangeQuery, window: number): string {
  const duration = `${Math.round(window / 1000)}s`;
  return range === "counter"
    ? `sum(increase(${text}[${duration}]))`
    : text.replace(new RegExp(PLACEHOLDER, "g"), duration);
}

const isMap = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (map: unknown, key: string): unknown =>
  isMap(map) && Object.hasOwn(map, key) ? (map as Record<string, unknown>)[key] : undefined;

function mapAt(map: unknown, key: string, path: string): object {
  const value = own(map, key);
  if (isMap(value)) return value;
  throw new Fault(path === "" ? key : `${path}.${key}`, "must be a map");
}

function textAt(map: object, key: string, path: string): string {
  const value = own(map, key);
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new Fault(`${path}.${key}`, "must be a text");
}
