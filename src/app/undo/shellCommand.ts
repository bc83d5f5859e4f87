import { shellWord } from "../../documents/shellWord.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";

/** A command line as the policy has it, filled, and the shell that is to read it. */
export interface ShellCommand {
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
export const shellOf = (platform: NodeJS.Platform): readonly string[] =>
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
