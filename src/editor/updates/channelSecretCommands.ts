import { window } from "vscode";
import { secretOf } from "../../app/updates/channelDelivery.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { chooseProject } from "../commands/chooseProject.ts";
import type { CommandContext, Handler } from "../commands/commandContext.ts";
import { pickSecret } from "../commands/pickSecret.ts";
import { rootOf } from "../commands/target.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { ChannelSecrets } from "./channelSecrets.ts";

/** Keeps the secret of a channel before an update waits for it, or in place of one that was changed. */
export const setChannelSecret: Handler = async (context, argument) => {
  const channel = await chooseChannel(context, argument, "Set Channel Secret");
  if (channel && (await storeOf(context).ask(channel)))
    window.setStatusBarMessage("$(check) Secret kept", 4000);
};

/** Forgets the secret of a channel; the next update that goes there asks for it again. */
export const clearChannelSecret: Handler = async (context, argument) => {
  const channel = await chooseChannel(context, argument, "Clear Channel Secret");
  if (!channel) return;
  await storeOf(context).forget(channel);
  window.setStatusBarMessage("$(check) Secret forgotten", 4000);
};

const storeOf = ({ extension }: CommandContext) => new ChannelSecrets(extension.secrets);

async function chooseChannel(context: CommandContext, argument: unknown, title: string) {
  const tracked = await chooseProject(context, rootOf(argument), (each) => channelsOf(each).length > 0);
  if (!tracked) return null;
  const channels = channelsOf(tracked);
  if (channels.length === 0)
    throw new HumanError(
      "usage",
      "No channel of the policy names a secret; name one, such as slack: { secret: slack-webhook }.",
    );
  const store = storeOf(context);
  const choices = channels.map((channel) => ({
    name: channel.name,
    detail: plainText(secretOf(channel)!.name, 60),
    value: channel,
  }));
  return pickSecret(title, choices, (channel) => store.has(channel));
}

const channelsOf = ({ reading }: TrackedProject) =>
  (reading?.facts.policy.policy.updates.channels ?? []).filter((channel) => secretOf(channel) !== null);
