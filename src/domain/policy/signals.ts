import type * as z from "zod";
import { nearest } from "../text/nearest.ts";
import { writeDuration } from "../time/duration.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { readInterval, readSpanOfTime } from "./notation.ts";
import type { Comparison, Signal, SignalAuth } from "./policy.ts";
import {
  duration,
  line,
  list,
  name,
  oneOf,
  SIGNAL_DEFAULTS_OF,
  secretName,
  section,
  text,
  wholeNumber,
} from "./schemaParts.ts";
import { SEVERITIES } from "./terms.ts";

type SignalInput = z.infer<typeof signal>;

export function compileSignals(inputs: readonly SignalInput[], report: Report): Signal[] {
  checkUnique(inputs, ["signals"], report);
  return inputs.map((input, i) => compileSignal(input, ["signals", i], report));
}

/** Each name is used once. */
export function checkUnique(entries: readonly { name: string }[], section: PolicyPath, report: Report): void {
  const seen = new Set<string>();
  entries.forEach(({ name }, i) => {
    if (seen.has(name))
      report(faultAt([...section, i, "name"], `is taken: there is a \`${name}\` above; choose another`));
    seen.add(name);
  });
}

function compileSignal(input: SignalInput, path: PolicyPath, report: Report): Signal {
  const source = compileSource(input, path, report);
  const defaults = SIGNAL_DEFAULTS_OF[source.kind];
  return {
    name: input.name,
    impact: input.impact ?? defaults.impact,
    source,
    breach: compileBreach(input, path, report),
    for: input.for === undefined ? defaults.for : readSpanOfTime(input.for, [...path, "for"], report),
    every: input.every === undefined ? defaults.every : readInterval(input.every, [...path, "every"], report),
    noData: input.noData ?? defaults.noData,
    errors: input.errors ?? defaults.errors,
    // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
    then: input.then ?? defaults.then,
    severity: input.severity ?? defaults.severity,
  };
}

function compileSource(
  { prometheus, alertmanager }: SignalInput,
  path: PolicyPath,
  report: Report,
): Signal["source"] {
  if (prometheus && alertmanager) {
    const message = "`alertmanager` cannot stand beside `prometheus`; make it a signal of its own.";
    report({ path: [...path, "alertmanager"], on: "key", message });
  }
  if (prometheus) {
    const { auth, ...source } = prometheus;
    checkUrl(source.url, [...path, "prometheus", "url"], report);
    return { kind: "prometheus", ...source, ...compileAuth(auth, [...path, "prometheus", "auth"], report) };
  }
  if (alertmanager) {
    const { auth, ...source } = alertmanager;
    checkUrl(source.url, [...path, "alertmanager", "url"], report);
    return {
      kind: "alertmanager",
      ...source,
      ...compileAuth(auth, [...path, "alertmanager", "auth"], report),
    };
  }
  report(faultAt(path, "must have `prometheus` or `alertmanager`, which says where it is read"));
  return { kind: "alertmanager", url: "", matchers: [] };
}

type AuthInput = NonNullable<NonNullable<SignalInput["prometheus"]>["auth"]>;

function compileAuth(
  input: AuthInput | undefined,
  path: PolicyPath,
  report: Report,
): { auth: SignalAuth } | undefined {
  if (input === undefined) return undefined;
  const [scheme, ...more] = AUTH_SCHEMES.filter((key) => input[key] !== undefined);
  if (scheme === undefined) {
    report(faultAt(path, `must have one of ${enumerate(AUTH_SCHEMES, "or")}, which names a secret`));
    return undefined;
  }
  for (const key of more) {
    const message = `There is one way to show who asks, and here is \`${scheme}\` already; remove \`${key}\`.`;
    report({ path: [...path, key], on: "key", message });
  }
  return { auth: { scheme, secret: input[scheme]! } };
}

// The address itself is never repeated in a message: messages go to logs and terminals.
function checkUrl(text: string, path: PolicyPath, report: Report): void {
  if (!URL.canParse(text)) {
    report(faultAt(path, "must be an address such as http://localhost:9090"));
    return;
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?#]*@/.test(text)) {
    report(
      faultAt(
        path,
        "must not hold a user name or a password, for secrets never belong in a policy; remove them",
      ),
    );
  } else if (/[?#]/.test(text)) {
    report(
      faultAt(path, "must be the base address alone; remove what follows the ? or #, and any secret in it"),
    );
  }
}

function compileBreach(input: SignalInput, path: PolicyPath, report: Report): Comparison | null {
  if (input.breach === undefined) {
    if (input.prometheus) report(faultAt(path, 'must have `breach` beside `prometheus`, such as "> 0.02"'));
    return null;
  }
  if (input.alertmanager && !input.prometheus) {
    report({
      path: [...path, "breach"],
      on: "key",
      message: "`breach` has no meaning beside `alertmanager`, whose alerts say it themselves; remove it.",
    });
  }
  const [, operator, number] = /^([<>=!]+)\s*(.+)$/.exec(input.breach) ?? [];
  return { operator: operator as Comparison["operator"], value: Number(number) };
}

/** Reports a name that is not a signal of the policy. */
export function checkSignalName(
  name: string,
  known: readonly string[],
  path: PolicyPath,
  report: Report,
): void {
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  const question = meant === null ? "" : ` (did you mean \`${meant}\`?)`;
  const complaint = `must name a signal of this policy${question}`;
  report(
    faultAt(
      path,
      known.length === 0 ? `${complaint}; there is none under \`signals\`` : complaint,
      meant ?? undefined,
    ),
  );
}

const defaults = SIGNAL_DEFAULTS_OF.prometheus;
const URL_EXPECTED = "an address such as http://localhost:9090";
const MATCHER_EXPECTED = 'a matcher such as service="checkout"';

const url = () =>
  line(URL_EXPECTED, 500)
    .regex(/^https?:\/\//, { error: URL_EXPECTED })
    .meta({
      description: "The base address, http or https, without user name, password or query.",
      examples: ["http://localhost:9090"],
    });

/** How to authenticate. Each has exactly one of these keys. */
const AUTH_SCHEMES = ["bearer", "basic"] as const;

const auth = () =>
  section(
    {
      bearer: secretName()
        .optional()
        .meta({
          description: "The name of a secret that is sent as a bearer token.",
          examples: ["prometheus"],
        }),
      basic: secretName()
        .optional()
        .meta({
          description: "The name of a secret that holds `user:password`.",
          examples: ["prometheus"],
        }),
    },
    "a map such as { bearer: prometheus }",
  )
    .meta({ minProperties: 1, maxProperties: 1 })
    .optional()
    .describe(
      "Names the secret that opens the server: kept by `Dropclock: Set Signal Secret` in the editor, or in DROPCLOCK_SECRET_<NAME> for the command line; never in the policy.",
    );

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

const BREACH_PATTERN =
  "^(?:>=|<=|==|!=|>|<)\\s*[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?$";
export const BREACH_EXPECTED = 'a comparison in quotes such as "> 0.02"';

export const signal = section(
  {
    name: name().meta({
      description: "The name of the signal, as people see it.",
      examples: ["checkout errors"],
    }),
    impact: oneOf(["user", "infrastructure"]).optional().meta({
      description: "Whether a breach hurts users, or only the infrastructure below them.",
      default: defaults.impact,
    }),
    prometheus: prometheus.optional().describe("Reads the signal from a Prometheus query; needs `breach`."),
    alertmanager: alertmanager
      .optional()
      .describe("Reads the signal from the alerts that fire in an Alertmanager; takes no `breach`."),
    breach: line(BREACH_EXPECTED)
      .regex(new RegExp(BREACH_PATTERN), { error: BREACH_EXPECTED })
      .optional()
      .meta({
        description: "When the number of the query is bad: one of > >= < <= == != and a number.",
        examples: ["> 0.02", "<= 0.5"],
      }),
    for: duration()
      .optional()
      .meta({
        description:
          "How long the breach must hold; one calm reading starts it again. Default: 5m with prometheus, 0s with alertmanager.",
        examples: ["5m", "0s"],
      }),
    every: duration()
      .optional()
      .meta({
        description: "How often to read the signal, from 1s to 1d.",
        default: writeDuration(defaults.every),
      }),
    noData: oneOf(["calm", "breach", "error"]).optional().meta({
      description: "What an empty answer means. Default: error with prometheus, calm with alertmanager.",
    }),
    errors: wholeNumber(1, 1000).optional().meta({
      description:
        "So many failed readings in a row make the signal `error`, which is shown and never counts as calm.",
      default: defaults.errors,
    }),
    // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
    then: oneOf(["notify", "open", "propose", "rollback"]).optional().meta({
      description:
        "What a breach does: notify, open an incident, propose (open, and offer the undo) or rollback (open, and undo).",
      default: defaults.then,
    }),
    severity: oneOf(SEVERITIES).optional().meta({
      description: "The severity of the incident that a breach opens.",
      default: defaults.severity,
    }),
  },
  "a map with `name` and either `prometheus` or `alertmanager`",
).meta({
  oneOf: [
    { required: ["prometheus", "breach"] },
    { required: ["alertmanager"], not: { required: ["breach"] } },
  ],
});
