import { parseArgs } from "node:util";
import { HumanError } from "../../domain/text/humanError.ts";
import { nearest } from "../../domain/text/nearest.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type Command, GLOBAL_OPTIONS, type Option, SHORT_OPTIONS } from "./command.ts";
import { findCommand, usageOf } from "./help.ts";

export interface ParsedCall {
  want: "run" | "help" | "version" | "nothing";
  /** Null where only help or the version is wanted. */
  command: Command | null;
  /** For help: the words that it is asked about. */
  words: string[];
  args: string[];
  values: Record<string, string | boolean | undefined>;
}

type Token = ReturnType<typeof tokensOf>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/**
 * Reads a command line. Options may stand anywhere, also before the command's name; what follows `--` is no option.
 * @throws {HumanError} usage, with what was probably meant.
 */
export function parseCall(argv: readonly string[], commands: readonly Command[]): ParsedCall {
  const tokens = tokensOf(argv, commands);
  const end = tokens.findIndex(({ kind }) => kind === "option-terminator");
  const words = tokens.filter((token, i) => token.kind === "positional" && (end < 0 || i < end)).map(wordOf);
  const options = tokens.filter((token) => token.kind === "option");
  const given = new Set(options.map(({ name }) => name));
  const parsed: ParsedCall = { want: "run", command: null, words, args: [], values: valuesOf(options) };
  if (argv.length === 0) return { ...parsed, want: "nothing" };
  if (words[0] === "help") return { ...parsed, want: "help", words: words.slice(1) };
  if (given.has("help")) return { ...parsed, want: "help" };
  if (given.has("version")) return { ...parsed, want: "version" };

  if (words.length === 0) checkOptions(options, GLOBAL_OPTIONS, "dropclock");
  const command = findCommand(words, commands);
  const allowed = { ...GLOBAL_OPTIONS, ...command.options };
  checkOptions(options, allowed, command.name);
  for (const [name, { required }] of Object.entries<Option>(allowed)) {
    if (required && !given.has(name)) throw wrongUse(command, `needs --${name}`);
  }
  const rest = tokens.filter(({ kind }) => kind === "positional").map(wordOf);
  const args = checkArguments(command, rest.slice(command.name.split(" ").length));
  return { ...parsed, command, args };
}

function tokensOf(argv: readonly string[], commands: readonly Command[]) {
  // All options of all commands at once, so that an option's value is not taken for the command's name.
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const known of [GLOBAL_OPTIONS, ...commands.map((each) => each.options ?? {})]) {
    for (const [name, { value }] of Object.entries<Option>(known)) {
      const short = SHORT_OPTIONS[name];
      options[name] = { type: value ? "string" : "boolean", ...(short ? { short } : {}) };
    }
  }
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

const wordOf = (token: Token) => (token.kind === "positional" ? token.value : "");

const valuesOf = (options: readonly OptionToken[]) =>
  Object.fromEntries(options.map(({ name, value }) => [name, value ?? true]));

function checkOptions(given: readonly OptionToken[], allowed: Record<string, Option>, where: string): void {
  for (const { name, rawName, value, inlineValue } of given) {
    const shown = plainText(rawName, 60);
    if (!Object.hasOwn(allowed, name)) throw unknownOption(name, shown, Object.keys(allowed), where);
    if (!allowed[name]!.value) {
      if (value !== undefined) throw new HumanError("usage", `${shown} takes no value.`);
      continue;
    }
    if (value === undefined)
      throw new HumanError("usage", `${shown} needs a value: ${shown} ${allowed[name]!.value}.`);
    // Most likely the next option, and the value forgotten. `-15m` is an instant.
    if (!inlineValue && /^-(?!\d|$)/.test(value)) {
      throw new HumanError(
        "usage",
        `${shown} needs a value; one that begins with a dash is written --${name}=${plainText(value, 40)}.`,
      );
    }
  }
}

function unknownOption(name: string, shown: string, known: readonly string[], where: string): HumanError {
  const near = nearest(name, known);
  const hint = near ? `did you mean --${near}?` : `see: ${helpCall(where)}`;
  const dash = shown.startsWith("--") ? "" : " (what begins with a dash and is no option goes after --)";
  return new HumanError("usage", `${where} has no option ${shown}${dash}; ${hint}`);
}

function checkArguments(command: Command, args: string[]): string[] {
  const wanted = command.args?.split(" ") ?? [];
  const required = wanted.filter((word) => !word.startsWith("["));
  if (args.length < required.length)
    throw wrongUse(command, `needs ${required.slice(args.length).join(" and ")}`);
  const rest = wanted.at(-1)?.endsWith("…") ?? false;
  if (rest && args.length > wanted.length) {
    const head = args.slice(0, wanted.length - 1);
    return [...head, args.slice(wanted.length - 1).join(" ")];
  }
  if (args.length > wanted.length) {
    throw wrongUse(command, `does not know what to do with “${plainText(args[wanted.length]!, 60)}”`);
  }
  return args;
}

const wrongUse = (command: Command, what: string) =>
  new HumanError("usage", `${command.name} ${what}; usage: ${usageOf(command)}`);

const helpCall = (where: string) =>
  where === "dropclock" ? "dropclock --help" : `dropclock ${where} --help`;
