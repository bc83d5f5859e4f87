import type { Drop } from "../../domain/drop/drop.ts";
import { isStepDone, stepNames, type UndoAttempt } from "../../domain/drop/dropRecord.ts";
import type { WatchFacts } from "../../domain/drop/watchPlan.ts";
import type { Policy, RollbackStep } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText, shellWord } from "../../domain/text/plainText.ts";
import type { ForgeRepository } from "./forge.ts";
import type { PlannedStep } from "./undoPlan.ts";

/** What is happening, for whoever looks on. */
export interface UndoProgress {
  step: PlannedStep;
  /** Counts from 0. */
  index: number;
  of: number;
  state: "running" | "done" | "failed" | "waiting";
  /** One line: what came of it, or what it waits for. */
  words: string | null;
}

/** A command that is to run where the person sees its output, and can see it later. */
export interface UndoCommand extends ShellCommand {
  /** A few words for a title. */
  title: string;
  /** Absolute. */
  cwd: string;
}

/** `unsettled`: it was looked at, and it is not calm. `later`: nobody was there to say. */
export type Verdict = "calm" | "unsettled" | "later";

/** Who presses the button: all that differs between the editor and the command line. */
export interface UndoHost {
  /** Runs a command to its end. Null: it was ended, or it could not be started. */
  run(command: UndoCommand): Promise<number | null>;
  /** Waits until these signals are calm; where nothing reads them, a person says so. */
  verify(signals: readonly string[], facts: WatchFacts): Promise<Verdict>;
  /** A token for the forge that pull requests are opened at; null: there is none, so a link is given instead. */
  token(forge: Pick<ForgeRepository, "kind" | "host">): Promise<string | null>;
  report(progress: UndoProgress): void;
  /** Asked before each step. */
  cancelled(): boolean;
}

interface StepContext {
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

/** What the record calls the steps of an undo by the policy; with none in it an undo is a revert alone. */
export const stepNamesOf = (steps: readonly RollbackStep[] | null) =>
  stepNames((steps ?? [{ revert: { push: false, pullRequest: false } }]).map(wordsOf));

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

/** A command line as the policy has it, filled, and the shell that is to read it. */
interface ShellCommand {
  line: string;
  /** The program and its arguments; the line goes behind them as one argument. */
  shell: readonly string[];
}

/** What a command line of the policy may name. */
export type RunVariables = Record<
  "previous.tag" | "previous.commit" | "drop.tag" | "drop.commit" | "branch",
  string
>;

/** A value that is one plain word to every shell, inside quotes and outside. */
const PLAIN = /^[A-Za-z0-9_+:,./@][A-Za-z0-9_+:,./@=-]*$/;
/** On Windows some of these mean something at the start of a word. */
const PLAIN_ON_WINDOWS = /^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/;

/**
 * Programs that hand their arguments, or what is piped to them, to another shell: the quotes are gone by then, and what
 * stood in them would be run.
 */
const SECOND_SHELL =
  /(?:^|[\s;&|(/])(eval|ssh|autossh|rsh|su|sh|ash|bash|dash|zsh|ksh|fish|csh|tcsh|pwsh|make|gmake|just|watch|parallel)(?=[\s;&|)]|$)/;

/** The shell of each system that is always there. */
const shellOf = (platform: NodeJS.Platform): readonly string[] =>
  platform === "win32" ? ["cmd.exe", "/d", "/s", "/c"] : ["/bin/sh", "-c"];

export const shellCommand = (line: string, platform: NodeJS.Platform = process.platform): ShellCommand => ({
  line,
  shell: shellOf(platform),
});

/**
 * Fills a command line of the policy. A value that is no plain word is quoted; where that would not make it one word
 * (inside quotes, in a substitution, for a second shell, on Windows, or where it would be read as an option), it is
 * refused.
 * @throws {HumanError} with the way out.
 */
export function fillCommand(
  template: string,
  variables: RunVariables,
  platform: NodeJS.Platform = process.platform,
): ShellCommand {
  const windows = platform === "win32";
  const line = template.replace(/\{\{([^{}]*)\}\}/g, (whole, inside: string, at: number) => {
    const name = inside.trim() as keyof RunVariables;
    const value = variables[name];
    if (value === undefined) throw refusal(whole, "is no variable that a command may name");
    if ((windows ? PLAIN_ON_WINDOWS : PLAIN).test(value)) return value;
    const shown = `(“${plainText(value, 60)}”)`;
    if (value.startsWith("-")) throw refusal(whole, `${shown} would be read as an option`);
    if (windows) throw refusal(whole, `${shown} cannot be quoted safely on Windows`);
    const second = SECOND_SHELL.exec(template)?.[1];
    if (second !== undefined)
      throw refusal(
        whole,
        `${shown} would be read by a second shell (${second}), which no quotes here can keep from it`,
      );
    if (!isBare(template, at))
      throw refusal(whole, `${shown} needs quoting, and it stands inside quotes or a substitution`);
    return shellWord(value);
  });
  return shellCommand(line, platform);
}

/** Whether a place of a command line is outside of all quotes, and nothing of it is read by a shell within the shell. */
function isBare(template: string, place: number): boolean {
  if (/[`\\]|\$[({'"]|<<|#/.test(template)) return false;
  const before = template.slice(0, place);
  let quote = "";
  for (const letter of before) {
    if (quote === "") quote = letter === "'" || letter === '"' ? letter : "";
    else if (letter === quote) quote = "";
  }
  // Joined to another word it would not be quoted as one.
  return quote === "" && !/\$$/.test(before);
}

const refusal = (variable: string, why: string) =>
  new HumanError(
    "usage",
    `A command of the policy cannot be filled: ${plainText(variable, 40)} ${why}; change the command under rollback.steps, or run it by hand.`,
  );
