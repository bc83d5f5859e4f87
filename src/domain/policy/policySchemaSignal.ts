import { writeDuration } from "../time/duration.ts";
import { SIGNAL_DEFAULTS_OF } from "./policyItemDefaults.ts";
import { duration, line, list, name, oneOf, secretName, section, text, wholeNumber } from "./schemaParts.ts";
import { SEVERITIES } from "./terms.ts";

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

/** How to show who asks. Each has exactly one of these keys. */
export const AUTH_SCHEMES = ["bearer", "basic"] as const;

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
