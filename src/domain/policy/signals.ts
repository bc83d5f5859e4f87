import * as z from "zod";
import { nearest } from "../text/nearest.ts";
import { writeDuration } from "../time/duration.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { readInterval, readSpanOfTime } from "./notation.ts";
import type { Comparison, Signal } from "./policy.ts";
import { duration, line, name, oneOf, section, wholeNumber } from "./schemaParts.ts";
import { probeInterval, SOURCE_KINDS, SOURCES, sourceKeys } from "./signalSources.ts";
import type { MinimumTraffic, SourceKind } from "./signalTerms.ts";
import { SEVERITIES } from "./terms.ts";

type SignalInput = z.infer<typeof signal>;

/** @param hasFlags Whether the policy has `flags`; null where they are in error themselves. */
export function compileSignals(
  inputs: readonly SignalInput[],
  report: Report,
  hasFlags: boolean | null,
): Signal[] {
  checkUnique(inputs, ["signals"], report);
  return inputs.map((input, i) => compileSignal(input, ["signals", i], report, hasFlags));
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

function compileSignal(
  input: SignalInput,
  path: PolicyPath,
  report: Report,
  hasFlags: boolean | null,
): Signal {
  const source = compileSource(input, path, report);
  const { defaults } = SOURCES[source.kind];
  const minimum = compileMinimum(input.minimum, source.kind, [...path, "minimum"], report);
  return {
    name: input.name,
    impact: input.impact ?? defaults.impact,
    source,
    ...(minimum ? { minimum } : {}),
    breach: compileBreach(input, source.kind, path, report),
    ...compileTiming(input, source.kind, path, report),
    errors: input.errors ?? defaults.errors,
    ...compileAction(input, path, report, hasFlags),
    severity: input.severity ?? defaults.severity,
  };
}

function compileSource(input: SignalInput, path: PolicyPath, report: Report): Signal["source"] {
  const [kind, ...others] = SOURCE_KINDS.filter((each) => input[each] !== undefined);
  for (const other of others) {
    const message = `\`${other}\` cannot stand beside \`${kind}\`; make it a signal of its own.`;
    report({ path: [...path, other], on: "key", message });
  }
  if (kind === undefined) {
    report(faultAt(path, `must have one of ${enumerate(SOURCE_KINDS, "or")}, which says where it is read`));
    return { kind: "alertmanager", url: "", matchers: [] };
  }
  // Each definition takes what its own schema gives.
  const definition = SOURCES[kind] as { compile(given: unknown, at: PolicyPath, tell: Report): object };
  return { kind, ...definition.compile(input[kind], [...path, kind], report) } as Signal["source"];
}

type Timing = Pick<Signal, "for" | "every" | "noData">;

function compileTiming(input: SignalInput, kind: SourceKind, path: PolicyPath, report: Report): Timing {
  const { defaults, holds } = SOURCES[kind];
  for (const key of ["for", "noData"] as const)
    if (holds !== null && input[key] !== undefined)
      report({
        path: [...path, key],
        on: "key",
        message: `\`${key}\` has no meaning beside \`${kind}\`, ${holds}; remove it.`,
      });
  const own = probeInterval(input.probe, path, report);
  if (own !== null && input.every !== undefined)
    report({
      path: [...path, "every"],
      on: "key",
      message: "`probe.every` says it already; remove `every`.",
    });
  return {
    for: input.for === undefined ? defaults.for : readSpanOfTime(input.for, [...path, "for"], report),
    every:
      own ??
      (input.every === undefined ? defaults.every : readInterval(input.every, [...path, "every"], report)),
    noData: input.noData ?? defaults.noData,
  };
}

function compileAction(
  input: SignalInput,
  path: PolicyPath,
  report: Report,
  hasFlags: boolean | null,
): Pick<Signal, "then" | "flag"> {
  const { flag } = input;
  const then = input.then ?? "notify";
  if (then === "flag" && flag === undefined)
    report(faultAt([...path, "then"], "needs `flag`, which names the flag to be switched off"));
  if (then !== "flag" && flag !== undefined)
    report({
      path: [...path, "flag"],
      on: "key",
      message: "`flag` needs `then: flag`; add it, or remove `flag`.",
    });
  if (then === "flag" && hasFlags === false)
    report(faultAt([...path, "then"], "needs `flags.file`, which says where the flags are; add it"));
  return flag === undefined ? { then } : { then, flag };
}

function compileMinimum(
  input: SignalInput["minimum"],
  kind: SourceKind,
  path: PolicyPath,
  report: Report,
): MinimumTraffic | null {
  if (input === undefined) return null;
  const { events, prometheus = undefined } = typeof input === "number" ? { events: input } : input;
  if (kind === "probe")
    report({
      path,
      on: "key",
      message: "`minimum` has no meaning beside `probe`, which asks by itself; remove it.",
    });
  else if (SOURCES[kind].counts && prometheus)
    report({
      path: [...path, "prometheus"],
      on: "key",
      message: `\`${kind}\` counts its events itself; write the number alone.`,
    });
  else if (!SOURCES[kind].counts && !prometheus)
    report(faultAt(path, "must be a map with `events` and `prometheus`, which counts them"));
  if (!prometheus) return { events, traffic: null };
  const traffic = SOURCES.prometheus.compile(prometheus, [...path, "prometheus"], report);
  return { events, traffic: { kind: "prometheus", ...traffic } };
}

function compileBreach(
  input: SignalInput,
  kind: SourceKind,
  path: PolicyPath,
  report: Report,
): Comparison | null {
  const { breach } = SOURCES[kind];
  const isGiven = SOURCE_KINDS.some((each) => input[each] !== undefined);
  if (input.breach === undefined) {
    if (breach === "needed" && isGiven)
      report(faultAt(path, `must have \`breach\` beside \`${kind}\`, such as "> 0.02"`));
    return null;
  }
  if (breach !== "needed" && isGiven) {
    report({
      path: [...path, "breach"],
      on: "key",
      message: `\`breach\` has no meaning beside \`${kind}\`, ${breach.senseless}; remove it.`,
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

const { defaults } = SOURCES.prometheus;

const BREACH_PATTERN =
  "^(?:>=|<=|==|!=|>|<)\\s*[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?$";
const MINIMUM_EXPECTED = "a number of events such as 50, or a map with `events` and `prometheus`";
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
    ...sourceKeys,
    minimum: z
      .union(
        [
          wholeNumber(1, 1_000_000),
          section(
            {
              events: wholeNumber(1, 1_000_000).describe("The least number of events."),
              prometheus: SOURCES.prometheus.schema
                .optional()
                .describe("A query that counts them, such as sum(increase(requests_total[5m]))."),
            },
            MINIMUM_EXPECTED,
          ),
        ],
        { error: MINIMUM_EXPECTED },
      )
      .optional()
      .meta({
        description:
          "With fewer events the signal says that there is not enough traffic, and nothing else. A map where something else must count them.",
        examples: [50],
      }),
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
          "How long the breach must hold; one calm reading starts it again. Default: 5m with a threshold, 0s with alertmanager.",
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
    then: oneOf(["notify", "open", "propose", "flag", "rollback"]).optional().meta({
      description:
        "What a breach does: notify, open an incident, propose (open, and offer the undo), flag (open, and switch `flag` off) or rollback (open, and undo).",
      default: defaults.then,
    }),
    flag: line("the key of a flag")
      .optional()
      .meta({
        description: "The flag in `flags.file` that `then: flag` switches off.",
        examples: ["new-checkout"],
      }),
    severity: oneOf(SEVERITIES).optional().meta({
      description: "The severity of the incident that a breach opens.",
      default: defaults.severity,
    }),
  },
  `a map with \`name\` and one of ${enumerate(SOURCE_KINDS, "or")}`,
).meta({
  oneOf: SOURCE_KINDS.map((kind) =>
    SOURCES[kind].breach === "needed"
      ? { required: [kind, "breach"] }
      : { required: [kind], not: { required: ["breach"] } },
  ),
});
