import { type Complaint, filePatternComplaint, globComplaint } from "../text/gitNames.ts";
import { enumerate, faultAt, type PolicyPath, type Report } from "./fault.ts";
import type { RiskRule } from "./policy.ts";
import { readSpanOfTime } from "./policyDurations.ts";
import { UNTESTED_DEFAULTS } from "./policyItemDefaults.ts";
import { RISK_CONDITIONS } from "./risk.ts";
import type { PolicyInput } from "./schema.ts";

type RuleInput = NonNullable<PolicyInput["risk"]>[number];

/** @param hasFlags Whether the policy has a `flags` section; null when that is broken, so that nobody is blamed twice. */
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
