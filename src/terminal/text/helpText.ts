import type { Command, Option } from "../command.ts";
import { GLOBAL_OPTIONS, SHORT_OPTIONS } from "../globalOptions.ts";
import type { Example } from "./examples.ts";
import { glossary, wrap } from "./table.ts";

/** Help is read in terminals and in pages; both hold this much. */
const WIDTH = 80;

const EXITS: [string, string][] = [
  ["0", "fine"],
  ["1", "the answer is no: something is breached"],
  ["2", "the call or the policy is wrong"],
  ["3", "git or a service failed"],
];

export const usageOf = (command: Command) => `dropclock ${signature(command)}`;

/** The help of all commands. */
export function overview(commands: readonly Command[]): string {
  return [
    "dropclock: the incident clock of every weekly micro-drop",
    "",
    "Usage: dropclock COMMAND …",
    "",
    ...commandRows(commands),
    "",
    ...closing("COMMAND"),
  ].join("\n");
}

/** The help of the commands that share a first word. */
export function familyHelp(word: string, family: readonly Command[]): string {
  return [`Usage: dropclock ${word} …`, "", ...commandRows(family), "", ...closing(`${word} …`)].join("\n");
}

/** @param examples Calls of the command, and what each is for. */
export function commandHelp(command: Command, examples: readonly Example[]): string {
  const options = Object.entries<Option>(command.options ?? {});
  return [
    ...wrap(usageOf(command), WIDTH, "Usage: ", "         "),
    "",
    ...[
      `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
      ...(command.details ?? []),
    ].flatMap((line) => wrap(line, WIDTH, "")),
    "",
    ...(options.length > 0 ? ["Options:", ...optionRows(options), ""] : []),
    "Of every command:",
    ...optionRows(Object.entries(GLOBAL_OPTIONS)),
    "",
    "Examples:",
    ...examples.flatMap(([call, purpose]) => [`  # ${purpose}`, `  ${call}`]),
  ].join("\n");
}

/** The same for a pipeline. */
export const commandReport = (command: Command) => ({
  name: command.name,
  usage: usageOf(command),
  summary: command.summary,
  options: Object.entries<Option>({ ...command.options, ...GLOBAL_OPTIONS }).map(([name, option]) => ({
    name,
    ...option,
  })),
});

const commandRows = (commands: readonly Command[]) =>
  glossary(
    commands.map((command) => [[command.name, command.args].filter(Boolean).join(" "), command.summary]),
    WIDTH,
    "  ",
  );

const optionRows = (options: readonly [string, Option][]) =>
  glossary(
    options.map(([name, option]) => [
      `${SHORT_OPTIONS[name] ? `-${SHORT_OPTIONS[name]}, ` : ""}--${name}${option.value ? ` ${option.value}` : ""}`,
      option.required ? `${option.help} (needed)` : option.help,
    ]),
    WIDTH,
    "  ",
  );

const closing = (command: string) => [
  "Of every command:",
  ...optionRows(Object.entries(GLOBAL_OPTIONS)),
  "",
  "Exit status:",
  ...glossary(EXITS, WIDTH, "  "),
  "",
  `More about one: dropclock ${command} --help`,
];

function signature({ name, args, options }: Command): string {
  const written = Object.entries<Option>(options ?? {}).map(([option, { value, required }]) => {
    const text = `--${option}${value ? ` ${value}` : ""}`;
    return required ? text : `[${text}]`;
  });
  return [name, args, ...written].filter(Boolean).join(" ");
}
