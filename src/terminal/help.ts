import type { Answer, Command } from "./command.ts";
import { familyOf, findCommand } from "./findCommand.ts";
import { commandHelp, commandReport, familyHelp, overview } from "./text/helpText.ts";

/** The help of everything, of a family, or of one command. */
export function help(words: readonly string[], commands: readonly Command[]): Answer {
  const [first] = words;
  if (first === undefined) return listed(commands, () => overview(commands));
  const family = familyOf(first, commands);
  if (words.length === 1 && family.length > 0) return listed(family, () => familyHelp(first, family));
  const command = findCommand(words, commands);
  return { json: commandReport(command), text: () => commandHelp(command) };
}

const listed = (commands: readonly Command[], text: () => string): Answer => ({
  json: { commands: commands.map(commandReport) },
  text,
});
