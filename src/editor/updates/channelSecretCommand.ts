import { window } from "vscode";
import { secretOf } from "../../app/updates/channelDelivery.ts";
import { HumanError } from "../../domain/humanError.ts";
import { chooseProject } from "../commands/chooseProject.ts";
import type { Handler } from "../commands/commandContext.ts";
import { rootOf } from "../commands/target.ts";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { ChannelSecrets } from "./channelSecrets.ts";

/** Forgets the secret of a channel; the next update that goes there asks for it again. */
export const clearChannelSecret: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), (each) => channelsOf(each).length > 0);
  if (!tracked) return;
  const channels = channelsOf(tracked);
  if (channels.length === 0)
    throw new HumanError("usage", "No channel of the policy names a secret, so there is none to clear.");
  const store = new ChannelSecrets(context.extension.secrets);
  const items = await Promise.all(
    channels.map(async (channel) => ({
      label: `$(key) ${labelText(channel.name, 60)}`,
      description: `${labelText(secretOf(channel)!.name, 60)} · ${(await store.has(channel)) ? "set" : "not set"}`,
      channel,
    })),
  );
  const picked = await window.showQuickPick(items, { title: "Clear Channel Secret" });
  if (!picked) return;
  await store.forget(picked.channel);
  window.setStatusBarMessage("$(check) Secret forgotten", 4000);
};

const channelsOf = ({ reading }: TrackedProject) =>
  (reading?.facts.policy.policy.updates.channels ?? []).filter((channel) => secretOf(channel) !== null);
