import type { Drop } from "../../domain/drop/drop.ts";
import { isStepDone, stepNames, type UndoAttempt } from "../../domain/drop/dropRecord.ts";
import type { Policy, RollbackStep } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { fillCommand } from "./shellCommand.ts";
import type { PlannedStep } from "./undoPlan.ts";

export interface StepContext {
  policy: Policy;
  drop: Drop;
  previous: Drop | null;
  /** The release branch's short name. */
  branch: string;
  /** The branch that the undo is made on. */
  undoBranch: string;
  remote: string | null;
  /** What is going on already. */
  attempt: UndoAttempt | null;
}

/** The steps of an undo, by the policy, and what is on record of each. */
export function planUndoSteps(context: StepContext): PlannedStep[] {
  const { policy, remote } = context;
  const steps = policy.rollback.steps ?? [
    { revert: { push: remote !== null, pullRequest: remote !== null } },
  ];
  return plan(steps, context, "Revert");
}

/** The one step of the way back: it goes to the branch as the undo went. */
export function planReapplySteps(context: StepContext): PlannedStep[] {
  const { policy, remote } = context;
  const revert = policy.rollback.steps?.find((step) => "revert" in step) ?? {
    revert: { push: remote !== null, pullRequest: remote !== null },
  };
  return plan([revert], context, "Reapply");
}

function plan(steps: readonly RollbackStep[], context: StepContext, verb: string): PlannedStep[] {
  const names = stepNames(steps.map(wordsOf));
  return steps.map((step, i) => {
    const name = names[i]!;
    const record = context.attempt?.steps.get(name) ?? null;
    const done = isStepDone(record ?? undefined);
    return { name, step, record, done, ...describe(step, context, verb) };
  });
}

/** How a step is written down, so that another machine knows it again. */
function wordsOf(step: RollbackStep): string {
  if ("flags" in step) return `flags: ${step.flags.join(", ")}`;
  if ("run" in step) return `run: ${step.run}`;
  if ("verify" in step) return `verify: ${step.verify.join(", ")}`;
  return "revert";
}

type Description = Pick<PlannedStep, "title" | "command" | "refusal">;

function describe(step: RollbackStep, context: StepContext, verb: string): Description {
  const { policy, drop, undoBranch, remote } = context;
  const none = { command: null, refusal: null };
  if ("flags" in step)
    return {
      ...none,
      title: `Switch off ${names(step.flags)} in ${plainText(policy.flags?.file ?? "?", 80)}`,
    };
  if ("verify" in step) return { ...none, title: `Wait until calm: ${names(step.verify)}` };
  if ("run" in step) return runDescription(step.run, context);
  const push = step.revert.push && remote !== null;
  const parts = [
    `${verb} ${plainText(drop.tag, 60)} on ${undoBranch}`,
    ...(push ? [`push it to ${plainText(remote, 60)}`] : []),
    ...(push && step.revert.pullRequest ? ["open a pull request"] : []),
  ];
  const command = push ? `git push ${plainText(remote, 60)} ${undoBranch}` : null;
  return { title: parts.join(", "), command, refusal: null };
}

function runDescription(run: string, { drop, previous, branch }: StepContext): Description {
  const variables = {
    "drop.tag": drop.tag,
    "drop.commit": drop.commit,
    "previous.tag": previous?.tag ?? "",
    "previous.commit": previous?.commit ?? "",
    branch,
  };
  try {
    const { line } = fillCommand(run, variables);
    return { title: `Run ${plainText(line, 120)}`, command: line, refusal: null };
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { title: `Run ${plainText(run, 120)}`, command: null, refusal: error.message };
  }
}

const names = (list: readonly string[]) => list.map((each) => plainText(each, 60)).join(", ");
