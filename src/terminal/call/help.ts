import { HumanError } from "../../domain/text/humanError.ts";
import { nearest } from "../../domain/text/nearest.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { glossary, wrap } from "../text/table.ts";
import { type Answer, type Command, GLOBAL_OPTIONS, type Option, SHORT_OPTIONS } from "./command.ts";
import type { Example } from "./examples.ts";

/** The help of everything, of a family, or of one command. */
export async function help(words: readonly string[], commands: readonly Command[]): Promise<Answer> {
  const [first] = words;
  if (first === undefined) return listed(commands, () => overview(commands));
  const family = familyOf(first, commands);
  if (words.length === 1 && family.length > 0) return listed(family, () => familyHelp(first, family));
  const command = findCommand(words, commands);
  const { EXAMPLES } = await import("./examples.ts");
  const examples = EXAMPLES[command.name] ?? [];
  const calls = examples.map(([call, purpose]) => ({ call, purpose }));
  return { json: { ...commandReport(command), examples: calls }, text: () => commandHelp(command, examples) };
}

const listed = (commands: readonly Command[], text: () => string): Answer => ({
  json: { commands: commands.map(commandReport) },
  text,
});

/** The command that the first word or two name. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Command {
  const [first, second] = words;
  if (first === undefined) throw new HumanError("usage", "No command was given; see: dropclock --help");
  const single = commands.find(({ name }) => name === first);
  if (single) return single;
  const family = familyOf(first, commands);
  if (family.length === 0) {
    throw unknown(first, [...new Set(commands.map(({ name }) => name.split(" ")[0]!)), "help"], "");
  }
  const kinds = family.map(({ name }) => name.split(" ")[1]!);
  if (second === undefined) {
    throw new HumanError(
      "usage",
      `${first} what? One of ${kinds.join(", ")}; see: dropclock ${first} --help`,
    );
  }
  const found = family.find(({ name }) => name === `${first} ${second}`);
  if (!found) throw unknown(second, kinds, `${first} `);
  return found;
}

/** The commands that share a first word. */
const familyOf = (word: string, commands: readonly Command[]) =>
  commands.filter(({ name }) => name.startsWith(`${word} `));

function unknown(word: string, known: readonly string[], family: string): HumanError {
  const near = nearest(word, known);
  const hint = near ? `did you mean ${family}${near}?` : `see: dropclock ${family}--help`;
  return new HumanError("usage", `There is no command “${family}${plainText(word, 60)}”; ${hint}`);
}

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
function overview(commands: readonly Command[]): string {
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
function familyHelp(word: string, family: readonly Command[]): string {
  return [`Usage: dropclock ${word} …`, "", ...commandRows(family), "", ...closing(`${word} …`)].join("\n");
}

/** @param examples Calls of the command, and what each is for. */
function commandHelp(command: Command, examples: readonly Example[]): string {
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
const commandReport = (command: Command) => ({
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
