import { HumanError } from "../domain/text/humanError.ts";
import { nearest } from "../domain/text/nearest.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Command } from "./call/command.ts";

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
export const familyOf = (word: string, commands: readonly Command[]) =>
  commands.filter(({ name }) => name.startsWith(`${word} `));

function unknown(word: string, known: readonly string[], family: string): HumanError {
  const near = nearest(word, known);
  const hint = near ? `did you mean ${family}${near}?` : `see: dropclock ${family}--help`;
  return new HumanError("usage", `There is no command “${family}${plainText(word, 60)}”; ${hint}`);
}
