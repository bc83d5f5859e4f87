import type { Channel } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { type Secrets, secretVariable } from "../../signals/secrets.ts";
import type { ChannelKind, ChannelOf, Delivery, Message, Writers } from "./channelKind.ts";
import { clipboardChannel } from "./clipboardChannel.ts";
import { githubChannel } from "./githubChannel.ts";
import { slackChannel } from "./slackChannel.ts";
import { webhookChannel } from "./webhookChannel.ts";

/** Every kind of channel. */
const CHANNELS = {
  slack: slackChannel,
  webhook: webhookChannel,
  github: githubChannel,
  clipboard: clipboardChannel,
} satisfies { [K in Channel["kind"]]: ChannelKind<ChannelOf<K>> };

// A channel goes to the kind that it names; TypeScript does not follow that through the record.
const kindOf = (channel: Channel) => CHANNELS[channel.kind] as ChannelKind<Channel>;

/** The secret of a channel, and for which place it is kept; null where it needs none. */
export const secretOf = (channel: Channel) => kindOf(channel).secret(channel);

/** Where it goes, as people are shown it. */
export const targetOf = (channel: Channel) => kindOf(channel).target(channel);

/** What people will read in a channel. */
export const textOf = (channel: Channel, message: Message, write: Writers) =>
  kindOf(channel).text(channel, message, write);

/**
 * The request that posts a text to a channel.
 * @throws {HumanError} where its secret is not there, or cannot be one.
 */
export async function deliveryTo(
  channel: Exclude<Channel, { kind: "clipboard" }>,
  text: string,
  key: string,
  secrets: Secrets,
): Promise<Delivery> {
  const wanted = secretOf(channel);
  const secret = wanted && (await secrets(wanted.name, wanted.origin));
  if (wanted && !secret) throw missingSecret(channel.name, wanted.name);
  const common = { "content-type": "application/json", "idempotency-key": key, "user-agent": "dropclock" };
  return kindOf(channel).delivery!(channel, { text, key, secret, common });
}

export function missingSecret(channel: string, name: string): HumanError {
  return new HumanError(
    "usage",
    `The channel “${channel}” needs the secret “${name}”, and there is none; set ${secretVariable(name)}.`,
  );
}
