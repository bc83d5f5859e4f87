import { resolve } from "node:path";
import type { Project } from "../../app/project/project.ts";
import { INCIDENT_KINDS } from "../../domain/incident/incident.ts";
import { MILESTONE_NAMES, SEVERITIES } from "../../domain/policy/terms.ts";
import { PUBLIC_STATUSES } from "../../domain/public/publicStatus.ts";
import { type Command, GLOBAL_OPTIONS, type Option, SHORT_OPTIONS } from "../call/command.ts";
import { SHELLS } from "./completion.ts";

/** What a shell may put in place of the word at the cursor. */
interface Candidate {
  value: string;
  about?: string;
}

/** Files and folders are the shell's own business. */
type Completion = readonly Candidate[] | "files" | "folders";

/** Where the cursor is in a command line. */
type Place =
  /** In a command's name, whose first words are these. */
  | { kind: "name"; words: readonly string[] }
  | { kind: "option"; command: Command | null; given: ReadonlySet<string> }
  /** In what an argument or an option takes. */
  | {
      kind: "value";
      placeholder: string;
      /** The option's name, or the command's. */
      of: string;
      /** The command's arguments before it. */
      args: readonly string[];
      /** What stands before it in the same word, such as `--to=`. */
      prefix: string;
    }
  | { kind: "nothing" };

/**
 * Answers the script of a shell, a line for each candidate. Whatever is wrong is told by the command itself, once it is
 * run: there is no place for it at a cursor.
 * @param argv How many words stand before the cursor's, these words, and the one at the cursor, which may be left out.
 */
export async function complete(
  argv: readonly string[],
  { commands, directory }: { commands: readonly Command[]; directory: () => string },
): Promise<string> {
  try {
    const count = Number(argv[0]);
    const words = argv.slice(1);
    const cursor = cursorIn(words.slice(0, count), words[count] ?? "", commands);
    const project = async () => {
      const { Project } = await import("../../app/project/project.ts");
      return Project.open(resolve(directory(), cursor.directory ?? ""), { now: Date.now });
    };
    return completionText(await completionAt(cursor, commands, project));
  } catch {
    return "";
  }
}

/** Where the cursor is, and what the words before it say of where the command runs. */
interface Cursor {
  place: Place;
  /** What `-C` says; null where it is not given. */
  directory: string | null;
  current: string;
}

/**
 * Reads a command line that is being typed.
 * @param before The words before the cursor's, the program's name left out.
 * @param word The one at the cursor, as far as it is typed.
 */
export function cursorIn(before: readonly string[], word: string, commands: readonly Command[]): Cursor {
  const { words, current, split } = rejoined(before, word);
  const known: Record<string, Option> = Object.assign(
    {},
    ...commands.map(({ options }) => options ?? {}),
    GLOBAL_OPTIONS,
  );
  const given = new Map<string, string | null>();
  const positionals: string[] = [];
  let pending: string | null = null;
  let ended = false;
  for (const each of words) {
    if (pending !== null) {
      given.set(pending, each);
      pending = null;
    } else if (ended || !/^-./.test(each)) positionals.push(each);
    else if (each === "--") ended = true;
    else {
      const { name, value } = optionIn(each);
      given.set(name, value);
      if (value === null && known[name]?.value !== undefined) pending = name;
    }
  }
  const directory = given.get("directory") ?? null;
  const { command, rest, name } = commandIn(positionals, commands);
  const at = (place: Place) => ({ place, directory, current });
  const inValue = (option: string, prefix: string) => {
    const placeholder = (command?.options?.[option] ?? known[option])?.value;
    return placeholder === undefined
      ? at({ kind: "nothing" })
      : at({ kind: "value", placeholder, of: option, args: rest, prefix });
  };
  if (pending !== null) return inValue(pending, "");
  if (!ended && /^--[^=]+=/.test(current)) {
    const prefix = current.slice(0, current.indexOf("=") + 1);
    return inValue(optionIn(current).name, split ? "" : prefix);
  }
  if (!ended && current.startsWith("-")) return at({ kind: "option", command, given: new Set(given.keys()) });
  if (!command) return at(name === null ? { kind: "nothing" } : { kind: "name", words: name });
  const wanted = command.args?.split(" ") ?? [];
  const placeholder = wanted[rest.length] ?? (wanted.at(-1)?.endsWith("…") ? wanted.at(-1) : undefined);
  if (placeholder === undefined) return at({ kind: "nothing" });
  return at({
    kind: "value",
    placeholder: placeholder.replace(/[[\]…]/g, ""),
    of: command.name,
    args: rest,
    prefix: "",
  });
}

/** Bash takes `--to=broad` for three words, and an instant for five. */
function rejoined(before: readonly string[], word: string) {
  const words: string[] = [];
  let split = false;
  for (const each of [...before, word]) {
    const last = words.at(-1) ?? "";
    const joins = each === ":" || /.:$/.test(last) || (each === "=" && /^--\w/.test(last));
    const follows = /^--[\w-]+=$/.test(last);
    split = joins || follows;
    if (split && words.length > 0) words[words.length - 1] = last + each;
    else words.push(each);
  }
  return { words: words.slice(0, -1), current: words.at(-1) ?? "", split };
}

function optionIn(word: string): { name: string; value: string | null } {
  const [, long, value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (long !== undefined) return { name: long, value: value ?? null };
  const letter = word[1] ?? "";
  const name = Object.keys(SHORT_OPTIONS).find((each) => SHORT_OPTIONS[each] === letter) ?? letter;
  return { name, value: word.length > 2 ? word.slice(2) : null };
}

/** @returns `name`: the words so far, where one more may make it a command. */
function commandIn(positionals: readonly string[], commands: readonly Command[]) {
  const none = { command: null, rest: [] };
  const words = positionals[0] === "help" ? positionals.slice(1) : positionals;
  for (const count of [1, 2]) {
    const command = commands.find(({ name }) => name === words.slice(0, count).join(" "));
    if (!command || words.length < count) continue;
    if (words !== positionals) return { ...none, name: null };
    return { command, rest: words.slice(count), name: null };
  }
  const isStart =
    words.length === 0 ||
    (words.length === 1 && commands.some(({ name }) => name.startsWith(`${words[0]} `)));
  return { ...none, name: isStart ? words : null };
}

/** What may stand at the cursor. The project is opened only where the answer lies in it, and nothing is fetched. */
export async function completionAt(
  { place, current }: Cursor,
  commands: readonly Command[],
  project: () => Promise<Project>,
): Promise<Completion> {
  switch (place.kind) {
    case "nothing":
      return [];
    case "name":
      return fitting(namesAfter(place.words, commands), current);
    case "option":
      return fitting(optionsOf(place), current);
    case "value": {
      if (place.placeholder === "DIR") return "folders";
      if (place.placeholder === "FILE") return "files";
      const { prefix } = place;
      const typed =
        prefix === "" && current.startsWith("--") ? current.slice(current.indexOf("=") + 1) : current;
      const values = await valuesOf(place, project);
      return fitting(
        values.filter(({ value }) => isPlain(value)).map((each) => ({ ...each, value: prefix + each.value })),
        typed,
      );
    }
  }
}

const fitting = (candidates: readonly Candidate[], current: string) =>
  candidates.filter(({ value }) => value.startsWith(current));

/**
 * Whether a shell takes a name for nothing but a name. Whoever may push a tag may call it `$(…)`, and a name that stands
 * on the command line is only one key away from being run.
 */
const isPlain = (value: string) => /^[\p{L}\p{N}][\p{L}\p{N}._/+-]*$/u.test(value);

function namesAfter(words: readonly string[], commands: readonly Command[]): Candidate[] {
  if (words.length > 0) {
    const family = `${words[0]} `;
    return commands
      .filter(({ name }) => name.startsWith(family))
      .map(({ name, summary }) => ({ value: name.slice(family.length), about: summary }));
  }
  const firsts = new Map<string, Candidate>();
  for (const { name, summary } of commands) {
    const [first, second] = name.split(" ") as [string, string?];
    const before = firsts.get(first)?.about;
    const about = second === undefined ? summary : before === undefined ? second : `${before}, ${second}`;
    firsts.set(first, { value: first, about });
  }
  return [...firsts.values(), { value: "help", about: "explain a command" }];
}

function optionsOf({ command, given }: Extract<Place, { kind: "option" }>): Candidate[] {
  const all = Object.entries<Option>({ ...command?.options, ...GLOBAL_OPTIONS });
  return all
    .filter(([name]) => !given.has(name))
    .map(([name, { help }]) => ({ value: `--${name}`, about: help }));
}

const named = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));

async function valuesOf(
  { placeholder, of, args }: Extract<Place, { kind: "value" }>,
  project: () => Promise<Project>,
): Promise<Candidate[]> {
  switch (placeholder) {
    case "MILESTONE":
      return named(MILESTONE_NAMES);
    case "S":
      return named(of === "status" ? PUBLIC_STATUSES : SEVERITIES);
    case "K":
      return named(INCIDENT_KINDS);
    case "SHELL":
      return named(SHELLS);
    case "STAGE":
      return named((await (await project()).policy()).policy.stages.map(({ name }) => name));
    case "CHANNEL":
      return named((await (await project()).policy()).policy.updates.channels.map(({ name }) => name));
    case "TAG":
    case "DROP":
      return (await read(project)).drops.flatMap(({ names }) => named(names));
    case "ID":
      return (await read(project)).incidents.map(({ id, title }) => ({ value: id, about: title }));
    case "EVENT": {
      const events = (await read(project)).incident(args[0] ?? "")?.events ?? [];
      return events.map(({ id, type, at }) => ({ value: id, about: `${type} ${at}` }));
    }
    default:
      return [];
  }
}

const read = async (project: () => Promise<Project>) =>
  (await (await project()).read({ authors: false, clocksOnly: true })).release;

/** As lines for the shell's script: a name, a tab, and what it is; or `:files`. */
export function completionText(completion: Completion): string {
  if (typeof completion === "string") return `:${completion}\n`;
  const lines = completion.map(({ value, about }) => {
    const text = about?.replace(/\s+/g, " ").trim();
    return text
      ? `${value}\t${text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text}\n`
      : `${value}\n`;
  });
  return lines.join("");
}

const LONGEST = 70;
