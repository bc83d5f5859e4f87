import type { CommandName } from "../model/ids.ts";
import type { CommandContext } from "./commandContext.ts";
import { HANDLERS } from "./handlers.ts";
import { guarded } from "./tellError.ts";

/** The boundary of every command: what goes wrong inside is told here, once, in a sentence. */
export async function runCommand(
  context: CommandContext,
  name: CommandName,
  argument: unknown,
): Promise<void> {
  await guarded(context.log, name, async () => {
    await context.model.ready;
    await HANDLERS[name](context, argument);
  });
}
