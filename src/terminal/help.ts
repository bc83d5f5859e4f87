import type { Answer, Command } from "./command.ts";
import { familyOf, findCommand } from "./findCommand.ts";
import { commandHelp, commandReport, familyHelp, overview } from "./text/helpText.ts";

/** The help of everything, of a family, or of one command. */
export async function help(words: readonly string[], commands: readonly Command[]): Promise<Answer> {
  const [first] = words;
  if (first === undefined) return listed(commands, () => overview(commands));
  const family = familyOf(first, commands);
  if (words.length === 1 && family.length > 0) return listed(family, () => familyHelp(first, family));
  const command = findCommand(words, commands);
  const { EXAMPLES } = await import("./text/examples.ts");
  const examples = EXAMPLES[command.name] ?? [];
  const calls = examples.map(([call, purpose]) => ({ call, purpose }));
  return { json: { ...commandReport(command), examples: calls }, text: () => commandHelp(command, examples) };
}

const listed = (commands: readonly Command[], text: () => string): Answer => ({
  json: { commands: commands.map(commandReport) },
  text,
});
