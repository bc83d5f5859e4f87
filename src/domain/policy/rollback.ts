import type * as z from "zod";
import { filePatternComplaint } from "../text/gitNames.ts";
import { nearest } from "../text/nearest.ts";
import { faultAt, type PolicyPath, type Report } from "./fault.ts";
import { DEFAULT_POLICY, type Policy, type RollbackStep } from "./policy.ts";
import { line, list, name, REVERT_DEFAULTS, section, text, yesOrNo } from "./schemaParts.ts";
import { checkSignalName } from "./signals.ts";

type RollbackInput = z.infer<typeof rollback>;
type StepInput = NonNullable<RollbackInput["steps"]>[number];

/** What a `run` step may name between {{ and }}. */
const RUN_VARIABLES = ["previous.tag", "previous.commit", "drop.tag", "drop.commit", "branch"] as const;

/** What the steps refer to; null if that section itself has errors, so that nothing is reported twice. */
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

/** What a step may do. Each step has exactly one of these keys. */
const STEP_KINDS = ["flags", "revert", "run", "verify"] as const;

const step = section(
  {
    flags: list(line("the key of a flag"), "a list of flags such as [new-checkout]", 1)
      .optional()
      .meta({ description: "Switches these flags off in `flags.file`.", examples: [["new-checkout"]] }),
    revert: section(
      {
        push: yesOrNo().optional().meta({
          description: "Push the branch that takes the drop back.",
          default: REVERT_DEFAULTS.push,
        }),
        pullRequest: yesOrNo().optional().meta({
          description: "Offer a pull request for that branch; needs `push`. Default: as `push`.",
        }),
      },
      "a map such as { push: true, pullRequest: true }",
    )
      .optional()
      .describe("Reverts the commits of the drop on a branch of its own."),
    run: text("a command such as ./deploy.sh {{ previous.tag }}")
      .optional()
      .meta({
        description:
          "Runs a command in the repository; it may name {{ previous.tag }}, {{ previous.commit }}, {{ drop.tag }}, {{ drop.commit }} and {{ branch }}.",
        examples: ["./deploy.sh {{ previous.tag }}"],
      }),
    verify: list(name(), "a list of signals such as [checkout errors]", 1)
      .optional()
      .meta({ description: "Waits until these signals are calm.", examples: [["checkout errors"]] }),
  },
  `a map with one of ${STEP_KINDS.join(", ")}`,
).meta({ minProperties: 1, maxProperties: 1 });

export const rollback = section(
  {
    steps: list(step, "a list of steps", 1)
      .optional()
      .describe(
        "The steps of an undo, in order; the first that fails stops it. Default: revert, with push and pull request where there is a remote.",
      ),
    checks: list(text("a command such as npm test"), "a list of commands such as [npm test]")
      .optional()
      .meta({
        description: "Commands that a rehearsal runs in its throw-away worktree.",
        default: DEFAULT_POLICY.rollback.checks,
        examples: [["npm test"]],
      }),
    keep: list(line("a pattern such as docs/**"), "a list of patterns such as [docs/**]").optional().meta({
      description:
        "Patterns of files that an undo leaves as they are, so that it never takes the record back.",
      default: DEFAULT_POLICY.rollback.keep,
    }),
  },
  "a map such as { checks: [npm test] }",
);
