import { commands, type LogOutputChannel, window } from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import { messageText, withoutCommandLine } from "../inert.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import { inLocalTime } from "../model/text.ts";
import { MendableError, type WayOut } from "../model/writable.ts";

/** Does the work of a command; what goes wrong is told once, in a sentence. */
export async function guarded(
  log: LogOutputChannel,
  name: CommandName,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(
      `${commandId(name)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    // Not awaited, so that a command is over when it has failed, not when its message is closed.
    if (error instanceof HumanError) void tell(error.message, wayOutOf(error));
    else void tell(`${String(error)} (a fault of Dropclock's own; the log has more).`, SHOW_LOG);
  }
}

const SHOW_LOG: WayOut = { title: "Show Log", command: commandId("showLog") };

function wayOutOf(error: HumanError): WayOut | null {
  if (error instanceof MendableError) return error.wayOut;
  return error.kind === "service" ? SHOW_LOG : null;
}

async function tell(message: string, wayOut: WayOut | null): Promise<void> {
  const text = messageText(inLocalTime(withoutCommandLine(message), Date.now()));
  const pressed = await (wayOut
    ? window.showErrorMessage(text, wayOut.title)
    : window.showErrorMessage(text));
  if (pressed && wayOut) await commands.executeCommand(wayOut.command, wayOut.argument);
}
