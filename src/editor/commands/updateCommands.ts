import { join } from "node:path";
import { env, ProgressLocation, Uri, ViewColumn, window, workspace } from "vscode";
import type { PreparedUpdate } from "../../app/updates/sendUpdate.ts";
import type { Channel } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { commandId } from "../model/ids.ts";
import { labelText, messageText, shortTime } from "../model/text.ts";
import { MendableError, mustBeWritable } from "../model/writable.ts";
import { anyOpen, type Chosen, chooseIncident } from "./choose.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { openScaffold } from "./documentCommands.ts";
import { ChannelSecrets } from "./secretCommands.ts";

const NOTHING_OPEN = "There is no open incident, so there is nothing to tell customers.";

/** Longer texts are read in an editor, not in a dialog. */
const FITS_A_DIALOG = 1200;

/** Opens the update that is being written; writes the next one from its template where all have been sent. */
export const draftUpdate: Handler = async (context, argument) => {
  const choice = { title: "Write Customer Update", fits: anyOpen, none: NOTHING_OPEN };
  const chosen = await chooseIncident(context, argument, choice);
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { scaffoldUpdate } = await import("../../app/updates/scaffoldUpdate.ts");
  await openScaffold(chosen.project, await scaffoldUpdate(chosen.project.project, chosen.status.incident.id));
};

/** Sends the newest update to a channel of the policy, after somebody has seen exactly what goes where. */
export const sendUpdate: Handler = async (context, argument) => {
  const choice = { title: "Send Customer Update", fits: anyOpen, none: NOTHING_OPEN };
  const chosen = await chooseIncident(context, argument, choice);
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const channel = await chooseChannel(chosen);
  if (!channel) return;
  const { prepareUpdate } = await import("../../app/updates/sendUpdate.ts");
  const prepared = await prepareUpdate(chosen.project.project, chosen.status.incident.id, channel.name);
  refuseUnsaved(chosen, prepared);
  if (prepared.sent) {
    const when = shortTime(prepared.sent.at, context.model.now());
    void window.showInformationMessage(
      messageText(`Sent to “${channel.name}” at ${when} already; for something new, write the next update.`),
    );
    return;
  }
  const secrets = new ChannelSecrets(context.extension.secrets);
  if (!(await secrets.complete(channel)) || !(await confirmed(context, chosen, prepared))) return;
  await send(chosen, prepared, secrets);
};

async function chooseChannel({ project, status }: Chosen): Promise<Channel | null> {
  const channels = project.reading?.facts.policy.policy.updates.channels ?? [];
  if (channels.length === 0) {
    throw new MendableError("The policy has no channels for updates; add one under updates.channels.", {
      title: "Open Policy",
      command: commandId("openPolicy"),
      argument: { root: project.project.root },
    });
  }
  const { targetOf } = await import("../../app/updates/channels.ts");
  const items = channels.map((channel) => ({
    label: `$(${ICONS[channel.kind]}) ${labelText(channel.name, 60)}`,
    description: labelText(targetOf(channel), 120),
    channel,
  }));
  const title = `Send Customer Update: ${labelText(status.incident.title, 80)}`;
  return (await window.showQuickPick(items, { title, placeHolder: "Where?" }))?.channel ?? null;
}

const ICONS: Record<Channel["kind"], string> = {
  slack: "comment-discussion",
  webhook: "broadcast",
  github: "github",
  clipboard: "clippy",
};

function refuseUnsaved({ project }: Chosen, { path }: PreparedUpdate): void {
  const { fsPath } = Uri.file(join(project.project.root, path));
  const open = workspace.textDocuments.find(({ uri }) => uri.fsPath === fsPath);
  if (!open?.isDirty) return;
  throw new MendableError(`${path} has changes that are not saved; save it first.`, {
    title: "Save All",
    command: "workbench.action.files.saveAll",
  });
}

/** Shows the exact text and where it goes. */
async function confirmed(
  { drafts }: CommandContext,
  { project }: Chosen,
  { channel, path, text, target, leaks }: PreparedUpdate,
): Promise<boolean> {
  const long = text.length > FITS_A_DIALOG;
  if (long) {
    const uri = drafts.show(Uri.file(join(project.project.root, path)), text);
    await window.showTextDocument(uri, { viewColumn: ViewColumn.Beside, preserveFocus: true });
  }
  const detail = [
    `To ${target}`,
    leaks ? `Look again: ${leaks}.` : "",
    long ? "The exact text is in the editor beside." : text,
  ];
  const button = leaks ? "Send All the Same" : channel.kind === "clipboard" ? "Copy" : "Send";
  const question = `Send this update to “${messageText(channel.name, 60)}”?`;
  const options = { modal: true, detail: detail.filter(Boolean).join("\n\n") };
  return (await window.showWarningMessage(question, options, button)) === button;
}

async function send({ project }: Chosen, prepared: PreparedUpdate, secrets: ChannelSecrets): Promise<void> {
  const { channel } = prepared;
  const { sendUpdate: deliver } = await import("../../app/updates/sendUpdate.ts");
  const title = `Sending to “${messageText(channel.name, 60)}”…`;
  const copy = async (text: string) => env.clipboard.writeText(text);
  try {
    await window.withProgress({ location: ProgressLocation.Notification, title }, () =>
      deliver(project.project, prepared, { fetch, secrets: secrets.read, copy }),
    );
  } catch (error) {
    if (error instanceof HumanError && error.message.includes("set it anew")) await secrets.forget(channel);
    throw error;
  }
  await project.refresh();
  const done = channel.kind === "clipboard" ? "Copied; paste it where customers read" : "Sent";
  void window.showInformationMessage(messageText(`${done}, and on record: “${channel.name}”.`));
}
