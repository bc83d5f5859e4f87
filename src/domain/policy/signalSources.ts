import * as z from "zod";
import { parseDuration } from "../time/duration.ts";
import { compileEvents, counters, jsonEvents, jsonKeys, pointer, readTime, time } from "./eventQueries.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { readInterval } from "./notation.ts";
import type { Signal } from "./policy.ts";
import { duration, line, list, oneOrMore, section, text, wholeNumber } from "./schemaParts.ts";
import {
  auth,
  checkUrl,
  checkWhole,
  compileAuth,
  compileHeaders,
  httpAddress,
  url,
} from "./signalServers.ts";
import type { SourceKind, SourceOf } from "./signalTerms.ts";

type SignalDefaults = Omit<Signal, "name" | "source" | "breach" | "minimum" | "flag">;

/** One kind of source: what people write, what it means, and which of a signal's keys it goes with. */
interface SourceDefinition<K extends SourceKind, S extends z.ZodType> {
  schema: S;
  meaning: string;
  compile(input: z.infer<S>, path: PolicyPath, report: Report): Omit<SourceOf<K>, "kind">;
  defaults: SignalDefaults;
  /** `needed`, or why the key has no meaning beside it. */
  breach: "needed" | { senseless: string };
  /** Why `for` and `noData` have no meaning beside it; null: they have. */
  holds: string | null;
  /** Whether it counts its events itself, so that `minimum` needs no other source. */
  counts: boolean;
}

const define = <K extends SourceKind, S extends z.ZodType>(
  _kind: K,
  schema: S,
  rest: Omit<SourceDefinition<K, S>, "schema">,
): SourceDefinition<K, S> => ({ schema, ...rest });

const DAY = 86_400_000;

const THRESHOLD: SignalDefaults = {
  impact: "user",
  for: 5 * 60_000,
  every: 15_000,
  noData: "error",
  errors: 4,
  // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
  then: "notify",
  // The strictest clock until somebody says that it is not so bad.
  severity: "critical",
};
/** What says itself whether it is breached has held already. */
const JUDGED: SignalDefaults = { ...THRESHOLD, for: 0 };
/** Vendors count their requests, and answer for minutes. */
const VENDOR_EVERY = 60_000;

const MATCHER_EXPECTED = 'a matcher such as service="checkout"';

const prometheus = section(
  {
    url: url(),
    auth: auth(),
    query: text("a PromQL query").meta({
      description: "A PromQL query that gives one number; `breach` says which numbers are bad.",
      examples: ["sum(rate(checkout_errors_total[5m])) / sum(rate(checkout_requests_total[5m]))"],
    }),
  },
  "a map with `url` and `query`",
);

const alertmanager = section(
  {
    url: url(),
    auth: auth(),
    matchers: list(
      line(MATCHER_EXPECTED, 500).regex(/^[^=!~]+(?:=~|!~|!=|=).+$/, { error: MATCHER_EXPECTED }),
      "a list of matchers such as ['service=\"checkout\"']",
      1,
    ).meta({
      description: "Label matchers; the signal is breached while an alert that fits all of them is firing.",
      examples: [['service="checkout"']],
    }),
  },
  "a map with `url` and `matchers`",
);

const json = section(
  { ...jsonKeys, value: pointer("Where the number is; of a series the last one counts.") },
  "a map with `url` and `value`",
);

const compareDefaults = { before: ["1d", "7d"], worse: 1.5, falseAlarms: 0.001 };
const compare = section(
  {
    prometheus: counters,
    json: jsonEvents,
    before: list(duration(), "a list of durations such as [1d, 7d]", 1).optional().meta({
      description:
        "Normal is the 24 hours that begin so long before the drop; of several the worse one counts.",
      default: compareDefaults.before,
    }),
    worse: z
      .number({ error: "a number from 1 to 100" })
      .min(1, { error: "a number from 1 to 100" })
      .max(100, { error: "a number from 1 to 100" })
      .optional()
      .meta({
        description: "Less than so many times normal is no regression.",
        default: compareDefaults.worse,
      }),
    falseAlarms: z
      .number({ error: "a share from 0.000001 to 0.1" })
      .min(0.000001, { error: "a share from 0.000001 to 0.1" })
      .max(0.1, { error: "a share from 0.000001 to 0.1" })
      .optional()
      .meta({
        description: "At most such a share of watched drops raises a false alarm, however often one looks.",
        default: compareDefaults.falseAlarms,
      }),
  },
  "a map with `prometheus` or `json`",
);

const OBJECTIVE_EXPECTED = "an objective such as 99.9%";
const burn = section(
  {
    prometheus: counters,
    json: jsonEvents,
    objective: z
      .union(
        [
          z.string().regex(/^(?:[1-9]?[0-9](?:\.[0-9]{1,6})?)\s*%$/, { error: OBJECTIVE_EXPECTED }),
          z.number().gt(0, { error: OBJECTIVE_EXPECTED }).lt(100, { error: OBJECTIVE_EXPECTED }),
        ],
        { error: OBJECTIVE_EXPECTED },
      )
      .optional()
      .meta({ description: "How many events in a hundred are to be good.", examples: ["99.9%"] }),
    over: duration().optional().meta({ description: "Over how long the objective holds.", default: "30d" }),
    slo: line("a path in the repository such as slo/checkout.yaml")
      .optional()
      .meta({
        description: "An OpenSLO file that says objective and queries.",
        examples: ["slo/checkout.yaml"],
      }),
  },
  "a map with `prometheus` or `json`, and `objective` or `slo`",
);

const status = wholeNumber(100, 599, "a status");
const probe = section(
  {
    url: httpAddress("The whole address that is asked.", "https://shop.example.com/health"),
    expect: oneOrMore(status, "a status such as 200, or a list of them")
      .optional()
      .meta({ description: "The status that the answer must have, or any of several.", default: 200 }),
    text: text("a text").optional().meta({ description: "A text that the answer must hold." }),
    within: time().optional().describe("How long the whole answer may take. Default: 2s."),
    every: duration().optional().meta({ description: "How often to ask, from 1s to 1d.", default: "15s" }),
    failures: wholeNumber(1, 100)
      .optional()
      .meta({ description: "So many failures in a row count.", default: 2 }),
  },
  "a map with `url`",
);

/** Every kind of source. A new one is an entry here, its terms, and a line in `signals/signalSource`. */
export const SOURCES = {
  prometheus: define("prometheus", prometheus, {
    meaning: "Reads the signal from a Prometheus query; needs `breach`.",
    compile: ({ auth: given, ...source }, path, report) => {
      checkUrl(source.url, [...path, "url"], report);
      return { ...source, ...compileAuth(given, [...path, "auth"], report) };
    },
    defaults: THRESHOLD,
    breach: "needed",
    holds: null,
    counts: false,
  }),
  alertmanager: define("alertmanager", alertmanager, {
    meaning: "Reads the signal from the alerts that fire in an Alertmanager; takes no `breach`.",
    compile: ({ auth: given, ...source }, path, report) => {
      checkUrl(source.url, [...path, "url"], report);
      return { ...source, ...compileAuth(given, [...path, "auth"], report) };
    },
    // An alert has already held before it fires, and no alert firing is an empty answer that means calm.
    defaults: { ...JUDGED, noData: "calm" },
    breach: { senseless: "whose alerts say it themselves" },
    holds: null,
    counts: false,
  }),
  json: define("json", json, {
    meaning: "Reads the signal from a number in the JSON that a server answers; needs `breach`.",
    compile: ({ auth: given, body = null, ...source }, path, report) => {
      checkWhole(source.url, [...path, "url"], report);
      return { ...source, body, ...compileHeaders(given, [...path, "auth"], report) };
    },
    defaults: { ...THRESHOLD, every: VENDOR_EVERY },
    breach: "needed",
    holds: null,
    counts: false,
  }),
  compare: define("compare", compare, {
    meaning: "Compares bad events among all with what was normal before the drop; takes no `breach`.",
    compile: (input, path, report) => ({
      ...compileEvents(input, path, report),
      before: (input.before ?? compareDefaults.before).map((written, i) => {
        const before = parseDuration(written) ?? 0;
        if (before < DAY || before > 365 * DAY)
          report(faultAt([...path, "before", i], "must be from 1d to 365d: normal is a whole day"));
        return before;
      }),
      worse: input.worse ?? compareDefaults.worse,
      falseAlarms: input.falseAlarms ?? compareDefaults.falseAlarms,
    }),
    defaults: JUDGED,
    breach: { senseless: "which says it by what was normal" },
    holds: "which weighs all that was seen since the drop",
    counts: true,
  }),
  burn: define("burn", burn, {
    meaning: "Watches how fast the error budget of an objective burns; takes no `breach`.",
    compile: compileBurn,
    defaults: { ...JUDGED, every: 30_000 },
    breach: { senseless: "which says it by its objective" },
    holds: "whose windows say how long it has held",
    counts: true,
  }),
  probe: define("probe", probe, {
    meaning: "Asks an address itself, for what has no traffic; takes no `breach`.",
    compile: ({ url: address, expect = 200, text: wanted = null, within, failures = 2 }, path, report) => {
      checkWhole(address, [...path, "url"], report);
      if (address.includes("{{")) report(faultAt([...path, "url"], "must not hold {{ variables }}"));
      return {
        url: address,
        expect: Array.isArray(expect) ? expect : [expect],
        text: wanted,
        within: within === undefined ? 2000 : readTime(within),
        failures,
      };
    },
    defaults: JUDGED,
    breach: { senseless: "which says itself what it expects" },
    holds: "which counts its failures in a row (`probe.failures`)",
    counts: false,
  }),
} satisfies { [K in SourceKind]: SourceDefinition<K, z.ZodType> };

export const SOURCE_KINDS = Object.keys(SOURCES) as SourceKind[];

type Schemas = { [K in SourceKind]: z.ZodOptional<(typeof SOURCES)[K]["schema"]> };

/** The keys of a signal that say where it is read. */
export const sourceKeys = Object.fromEntries(
  SOURCE_KINDS.map((kind) => [kind, SOURCES[kind].schema.optional().describe(SOURCES[kind].meaning)]),
) as unknown as Schemas;

function compileBurn(
  input: z.infer<typeof burn>,
  path: PolicyPath,
  report: Report,
): Omit<SourceOf<"burn">, "kind"> {
  const { objective, slo = null, over = "30d" } = input;
  if ((objective === undefined) === (slo === null))
    report(
      faultAt(
        path,
        slo === null
          ? "must have `objective` or `slo`"
          : "has `slo`, which says the objective; remove `objective`",
      ),
    );
  if (slo !== null && input.json)
    report(faultAt([...path, "slo"], "needs `prometheus`, whose queries it holds"));
  const period = parseDuration(over) ?? 0;
  if (period < DAY || period > 365 * DAY) report(faultAt([...path, "over"], "must be from 1d to 365d"));
  const share = Number((Number.parseFloat(String(objective ?? 99)) / 100).toPrecision(12));
  if (!(share > 0 && share < 1)) report(faultAt([...path, "objective"], "must lie between 0% and 100%"));
  const rest = { slo, objective: slo === null ? share : null, period };
  const server = input.prometheus;
  if (slo === null || !server) return { ...compileEvents(input, path, report), ...rest };
  const own = (["bad", "good", "all", "histogram", "slowerThan"] as const).find(
    (key) => server[key] !== undefined,
  );
  if (own !== undefined)
    report({
      path: [...path, "prometheus", own],
      on: "key",
      message: `\`slo\` says already what is counted; remove \`${own}\`.`,
    });
  checkUrl(server.url, [...path, "prometheus", "url"], report);
  const given = compileAuth(server.auth, [...path, "prometheus", "auth"], report);
  return { url: server.url, ...given, events: null, ...rest };
}

/** How often a probe asks: its own key, for people look for it there. */
export function probeInterval(
  input: z.infer<typeof probe> | undefined,
  path: PolicyPath,
  report: Report,
): number | null {
  return input?.every === undefined ? null : readInterval(input.every, [...path, "probe", "every"], report);
}
