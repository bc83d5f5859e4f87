import * as z from "zod";
import { type Complaint, filePatternComplaint, globComplaint } from "../text/gitNames.ts";
import { writeDuration } from "../time/duration.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import { readSpanOfTime } from "./notation.ts";
import { RISK_LEVELS, type RiskRule } from "./policy.ts";
import { duration, line, list, name, oneOf, section, UNTESTED_DEFAULTS, wholeNumber } from "./schemaParts.ts";

type RuleInput = z.infer<typeof riskRule>;

/** @param hasFlags Whether the policy has a `flags` section; null if that has errors, so that nothing is reported twice. */
export function compileRisk(
  rule: RuleInput,
  path: PolicyPath,
  hasFlags: boolean | null,
  report: Report,
): RiskRule {
  checkConditions(rule, path, report);
  checkPatterns(rule.paths, [...path, "paths"], filePatternComplaint, report);
  checkPatterns(rule.flags, [...path, "flags"], globComplaint, report);
  if (rule.flags && hasFlags === false) {
    const message = "A rule on `flags` needs to know where the flags are; add `flags: { file: … }`.";
    report({ path: [...path, "flags"], on: "key", message });
  }
  const { paths, lines, flags, dependencies, level, because } = rule;
  return {
    ...(paths && { paths }),
    ...(lines !== undefined && { lines }),
    ...(flags && { flags }),
    ...(rule.untested && { untested: compileUntested(rule.untested, [...path, "untested"], report) }),
    ...(dependencies && { dependencies }),
    level,
    because,
  };
}

function checkConditions(rule: RuleInput, path: PolicyPath, report: Report): void {
  const conditions = RISK_CONDITIONS.filter((key) => rule[key] !== undefined);
  if (conditions.length === 0)
    report(faultAt(path, `must have a condition: ${enumerate(RISK_CONDITIONS, "or")}`));
  for (const key of conditions.slice(1)) {
    const message = `A rule has one condition, and this one has \`${conditions[0]}\` already; make \`${key}\` a rule of its own.`;
    report({ path: [...path, key], on: "key", message });
  }
}

function compileUntested(
  { paths, tests, within }: NonNullable<RuleInput["untested"]>,
  path: PolicyPath,
  report: Report,
): NonNullable<RiskRule["untested"]> {
  checkPatterns(paths, [...path, "paths"], filePatternComplaint, report);
  checkPatterns(tests, [...path, "tests"], filePatternComplaint, report);
  return {
    paths,
    tests: tests ?? [...UNTESTED_DEFAULTS.tests],
    within:
      within === undefined ? UNTESTED_DEFAULTS.within : readSpanOfTime(within, [...path, "within"], report),
  };
}

function checkPatterns(
  patterns: readonly string[] | undefined,
  path: PolicyPath,
  complaintOf: (pattern: string) => Complaint | null,
  report: Report,
): void {
  patterns?.forEach((pattern, i) => {
    const complaint = complaintOf(pattern);
    if (complaint) report(faultAt([...path, i], complaint.text, complaint.replacement));
  });
}

/** What a rule may look at. Each rule has exactly one of these keys. */
const RISK_CONDITIONS = ["paths", "lines", "flags", "untested", "dependencies"] as const;

const GLOB = "a pattern such as migrations/** or *.sql";

const globs = (example: string) => list(line(GLOB), `a list of patterns such as [${example}]`, 1);

const untested = section(
  {
    paths: globs("src/**").meta({
      description: "The files that should change together with a test.",
      examples: [["src/**"]],
    }),
    tests: globs("test/**")
      .optional()
      .meta({
        description:
          "Which files are tests. A test belongs to the files of its own base name: cart.test.ts to cart.ts.",
        default: [...UNTESTED_DEFAULTS.tests],
        examples: [["test/**"]],
      }),
    within: duration()
      .optional()
      .meta({
        description: "How long before the newest commit of the drop a change of the test still counts.",
        default: writeDuration(UNTESTED_DEFAULTS.within),
        examples: ["14d", "30d"],
      }),
  },
  "a map such as { paths: [src/**], within: 14d }",
);

/** One entry of `risk`. */
export const riskRule = section(
  {
    paths: globs("migrations/**")
      .optional()
      .meta({
        description: "Holds when the drop changes a file that matches one of these patterns.",
        examples: [["migrations/**"]],
      }),
    lines: wholeNumber(1, 10_000_000, "a number of changed lines")
      .optional()
      .meta({
        description: "Holds when the drop changes at least so many lines.",
        examples: [800],
      }),
    flags: list(
      line("a pattern for the keys of flags such as checkout-*"),
      "a list of patterns such as [*]",
      1,
    )
      .optional()
      .meta({
        description:
          "Holds when the drop adds, removes or changes a feature flag of `flags.file` whose key matches one of these patterns.",
        examples: [["*"], ["checkout-*"]],
      }),
    untested: untested
      .optional()
      .describe("Holds when the drop changes files whose tests have not changed of late."),
    dependencies: z
      .literal(true, { error: "true" })
      .optional()
      .meta({
        description: "Holds when the drop changes what is depended on: a package manifest, or a lock file.",
        examples: [true],
      }),
    level: oneOf(RISK_LEVELS).meta({ description: "The risk of a drop for which the rule holds, at least." }),
    because: name().meta({
      description: "The reason, as people see it beside the risk.",
      examples: ["schema change", "large drop"],
    }),
  },
  "a map such as { lines: 800, level: medium, because: large drop }",
).meta({ oneOf: RISK_CONDITIONS.map((key) => ({ required: [key] })) });
