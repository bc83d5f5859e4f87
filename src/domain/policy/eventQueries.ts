import * as z from "zod";
import { parseDuration } from "../time/duration.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { line, section, text } from "./schemaParts.ts";
import {
  auth,
  checkUrl,
  checkWhole,
  compileAuth,
  compileHeaders,
  headers,
  httpAddress,
  url,
} from "./signalServers.ts";
import type { EventsQuery, SignalAuth } from "./signalTerms.ts";

// Where events are counted, the bad ones among all: what a comparison and a burn rate go by.

const COUNTER_EXPECTED = "a counter such as checkout_requests_total";
const POINTER_EXPECTED = "a JSON pointer such as /series/0/pointlist";
const LABEL_EXPECTED = "the name of a label such as variant";
const TIME_EXPECTED = "a time such as 500ms, 2s or 1m";

export const time = () =>
  z
    .string({ error: TIME_EXPECTED })
    .regex(/^(?:[1-9][0-9]{0,6}ms|[1-9][0-9]{0,5}s|[1-9][0-9]{0,3}m)$/, { error: TIME_EXPECTED })
    .meta({ examples: ["500ms", "2s"] });
export const readTime = (written: string) =>
  written.endsWith("ms") ? Number(written.slice(0, -2)) : parseDuration(written)!;

const counter = (what: string) =>
  text(COUNTER_EXPECTED).meta({
    description: `The counters of ${what}: a metric with its labels, several joined by \`or\`; no sum() and no rate().`,
    examples: ['checkout_requests_total{code=~"5.."}'],
  });
const label = () =>
  line(LABEL_EXPECTED, 100)
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: LABEL_EXPECTED })
    .optional()
    .meta({ description: "A label, each value of which is judged by itself.", examples: ["variant"] });

const countersKeys = {
  url: url(),
  auth: auth(),
  bad: counter("the bad events").optional(),
  good: counter("the good events, in place of `bad`").optional(),
  all: counter("all events").optional(),
  histogram: counter("a histogram of how long requests take, in seconds").optional(),
  slowerThan: time().optional().describe("A request of `histogram` that takes longer is a bad event."),
  by: label(),
};
export const counters = section(countersKeys, "a map with `url`, `bad` and `all`")
  .optional()
  .describe("Counters in a Prometheus: bad (or good) events among all, or a histogram and how slow is bad.");

export const pointer = (description: string) =>
  text(POINTER_EXPECTED)
    .regex(/^\//, { error: POINTER_EXPECTED })
    .meta({ description, examples: ["/series/0/pointlist"] });
export const jsonKeys = {
  url: httpAddress(
    "The whole address. {{ from.seconds }}, {{ from.milliseconds }} and {{ from.iso }} stand for when to begin, {{ to.… }} for when to end.",
    "https://api.example.com/query?from={{ from.seconds }}&to={{ to.seconds }}",
  ),
  auth: headers(),
  body: text("the text of a request", 10_000)
    .optional()
    .meta({ description: "Is sent by POST, as JSON; it may hold the same {{ … }}. Without it: GET." }),
};
export const jsonEvents = section(
  {
    ...jsonKeys,
    bad: pointer("Where the numbers of bad events are: a series in intervals of five minutes or less."),
    all: pointer("Where the numbers of all events are."),
    at: pointer("Where the times of the numbers are, if they do not stand beside them.").optional(),
  },
  "a map with `url`, `bad` and `all`",
)
  .optional()
  .describe("Any server that answers in JSON how many events there were, and how many were bad.");

interface EventsInput {
  prometheus?: z.infer<typeof counters> | undefined;
  json?: z.infer<typeof jsonEvents> | undefined;
}
type Events = { url: string; auth?: SignalAuth; events: EventsQuery };

export function compileEvents(input: EventsInput, path: PolicyPath, report: Report): Events {
  const { prometheus: server, json: answer } = input;
  if ((server === undefined) === (answer === undefined))
    report(faultAt(path, "must have either `prometheus` or `json`, which says where events are counted"));
  if (answer) {
    const at = [...path, "json"];
    checkWhole(answer.url, [...at, "url"], report);
    if (!/\{\{\s*from\./.test(`${answer.url}${answer.body ?? ""}`))
      report(
        faultAt([...at, "url"], "must say {{ from.seconds }}, or {{ from.iso }}, where the stretch begins"),
      );
    const { bad, all, at: times = null, body = null } = answer;
    const given = compileHeaders(answer.auth, [...at, "auth"], report);
    return { url: answer.url, ...given, events: { kind: "json", bad, all, at: times, body } };
  }
  const at = [...path, "prometheus"];
  const { url: base = "http://localhost" } = server ?? {};
  if (server) checkUrl(base, [...at, "url"], report);
  const given = compileAuth(server?.auth, [...at, "auth"], report);
  return { url: base, ...given, events: server ? compileCounters(server, at, report) : NO_EVENTS };
}

const NO_EVENTS: EventsQuery = { kind: "counters", counted: "bad", events: "", all: "", by: null };

function compileCounters(
  input: NonNullable<EventsInput["prometheus"]>,
  path: PolicyPath,
  report: Report,
): EventsQuery {
  const { bad, good, all, histogram, slowerThan, by = null } = input;
  for (const key of ["bad", "good", "all", "histogram"] as const)
    if (input[key] !== undefined && !SELECTOR.test(input[key]))
      report(
        faultAt(
          [...path, key],
          `must be ${COUNTER_EXPECTED}, without sum() and rate(): each series is read by itself`,
        ),
      );
  if (histogram !== undefined || slowerThan !== undefined) {
    if (histogram === undefined || slowerThan === undefined || (bad ?? good ?? all) !== undefined)
      report(
        faultAt(
          path,
          "must have both `histogram` and `slowerThan` for latency, and then no `bad`, `good` or `all`",
        ),
      );
    return { kind: "latency", histogram: histogram ?? "", slowerThan: readTime(slowerThan ?? "1s"), by };
  }
  if (all === undefined || (bad === undefined) === (good === undefined))
    report(faultAt(path, "must have `all`, and either `bad` or `good`"));
  return {
    kind: "counters",
    counted: bad === undefined ? "good" : "bad",
    events: bad ?? good ?? "",
    all: all ?? "",
    by,
  };
}

const MATCHERS = String.raw`\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}`;
const ONE = `(?:[a-zA-Z_:][a-zA-Z0-9_:]*(?:${MATCHERS})?|${MATCHERS})`;
/** A metric with or without matchers, or several: no range, no function, no arithmetic. */
const SELECTOR = new RegExp(String.raw`^\s*${ONE}(?:\s+or\s+${ONE})*\s*$`);
