import { filePatternComplaint } from "../text/gitNames.ts";
import { nearest } from "../text/nearest.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy, type RollbackStep } from "./policy.ts";
import { REVERT_DEFAULTS } from "./policyItemDefaults.ts";
import { STEP_KINDS } from "./policySchemaRollback.ts";
import type { PolicyInput } from "./schema.ts";
import { checkSignalName } from "./signals.ts";

type RollbackInput = NonNullable<PolicyInput["rollback"]>;
type StepInput = NonNullable<RollbackInput["steps"]>[number];

/** What a `run` step may name between {{ and }}. */
const RUN_VARIABLES = ["previous.tag", "previous.commit", "drop.tag", "drop.commit", "branch"] as const;

/** What the steps refer to; null where that section is itself in error, so that nothing is said twice. */
interface RollbackContext {
  signals: readonly string[] | null;
  hasFlags: boolean | null;
}

export function compileRollback(
  input: RollbackInput,
  context: RollbackContext,
  report: Report,
): Policy["rollback"] {
  const defaults = DEFAULT_POLICY.rollback;
  input.keep?.forEach((pattern, i) => {
    const complaint = filePatternComplaint(pattern);
    if (complaint) report(faultAt(["rollback", "keep", i], complaint.text, complaint.replacement));
  });
  return {
    steps: input.steps ? compileSteps(input.steps, context, report) : defaults.steps,
    checks: input.checks ?? [...defaults.checks],
    keep: input.keep ?? [...defaults.keep],
  };
}

function compileSteps(
  inputs: readonly StepInput[],
  context: RollbackContext,
  report: Report,
): RollbackStep[] {
  const reverts = inputs.flatMap((input, i) => (input.revert ? [i] : []));
  for (const i of reverts.slice(1)) {
    report({
      path: ["rollback", "steps", i, "revert"],
      on: "key",
      message: "There is a `revert` above, and a drop is reverted once; remove this step.",
    });
  }
  return inputs.flatMap((input, i) => compileStep(input, ["rollback", "steps", i], context, report) ?? []);
}

function compileStep(
  input: StepInput,
  path: PolicyPath,
  context: RollbackContext,
  report: Report,
): RollbackStep | null {
  const kinds = STEP_KINDS.filter((kind) => input[kind] !== undefined);
  if (kinds.length === 0) report(faultAt(path, `must have one of ${STEP_KINDS.join(", ")}`));
  for (const kind of kinds.slice(1)) {
    report({
      path: [...path, kind],
      on: "key",
      message: `A step does one thing, and this one has \`${kinds[0]}\` already; make \`${kind}\` a step of its own.`,
    });
  }
  if (input.flags) return flagsStep(input.flags, [...path, "flags"], context, report);
  if (input.revert) return revertStep(input.revert, [...path, "revert"], report);
  if (input.run !== undefined) return runStep(input.run, [...path, "run"], report);
  if (input.verify) return verifyStep(input.verify, [...path, "verify"], context, report);
  return null;
}

function flagsStep(
  flags: string[],
  path: PolicyPath,
  { hasFlags }: RollbackContext,
  report: Report,
): RollbackStep {
  if (hasFlags === false) {
    report({
      path,
      on: "key",
      message: "A `flags` step needs `flags.file`, which says where the flags are; add it.",
    });
  }
  noRepeats(flags, path, report);
  return { flags };
}

function revertStep(
  input: { push?: boolean | undefined; pullRequest?: boolean | undefined },
  path: PolicyPath,
  report: Report,
): RollbackStep {
  const push = input.push ?? REVERT_DEFAULTS.push;
  const pullRequest = input.pullRequest ?? push;
  if (pullRequest && !push) {
    report(
      faultAt(
        [...path, "pullRequest"],
        "needs `push: true`, for a pull request is made from a pushed branch",
        false,
      ),
    );
  }
  return { revert: { push, pullRequest } };
}

function runStep(run: string, path: PolicyPath, report: Report): RollbackStep {
  if (run.includes("\0")) report(faultAt(path, "must not hold the character NUL"));
  const rest = run.replace(/\{\{([^{}]*)\}\}/g, (_, inside: string) => {
    checkVariable(inside.trim(), path, run, report);
    return "";
  });
  if (/\{\{|\}\}/.test(rest))
    report(faultAt(path, "has {{ without }}, or the other way round; close each of them"));
  else if (rest.includes("{%")) report(faultAt(path, "may hold {{ variables }}, but no {% tags %}"));
  return { run };
}

function checkVariable(name: string, path: PolicyPath, run: string, report: Report): void {
  if ((RUN_VARIABLES as readonly string[]).includes(name)) return;
  const meant = nearest(name, RUN_VARIABLES);
  const question = meant === null ? "" : ` (did you mean {{ ${meant} }}?)`;
  const known = RUN_VARIABLES.map((variable) => `{{ ${variable} }}`).join(", ");
  const repaired =
    meant === null
      ? undefined
      : run.replace(/\{\{([^{}]*)\}\}/g, (whole, inside: string) =>
          inside.trim() === name ? `{{ ${meant} }}` : whole,
        );
  report(faultAt(path, `names a variable that does not exist${question}; there are ${known}`, repaired));
}

function verifyStep(
  verify: string[],
  path: PolicyPath,
  { signals }: RollbackContext,
  report: Report,
): RollbackStep {
  verify.forEach((name, i) => {
    if (signals) checkSignalName(name, signals, [...path, i], report);
  });
  noRepeats(verify, path, report);
  return { verify };
}

function noRepeats(names: readonly string[], path: PolicyPath, report: Report): void {
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) report(faultAt([...path, i], "stands here twice; remove it"));
  });
}
