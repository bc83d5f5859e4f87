import { HumanError } from "../../domain/text/humanError.ts";
import type { ChannelKind, ChannelOf } from "./channelKind.ts";

/** Stands for the place of a secret that is itself an address. */
const WEBHOOK_ADDRESS = "webhook";

/** An incoming webhook that takes what Slack's take. The address itself is the secret. */
export const slackChannel: ChannelKind<ChannelOf<"slack">> = {
  secret: ({ secret }) => ({ name: secret, origin: WEBHOOK_ADDRESS }),
  target: ({ secret }) => `the webhook in the secret “${secret}”`,
  text: (_, __, { slack, headed }) => slack(headed),
  delivery: (_, { text, secret, common }) => ({
    url: addressIn(secret!),
    headers: common,
    body: JSON.stringify({ text }),
    secret,
  }),
};

function addressIn(secret: string): URL {
  const url = URL.canParse(secret.trim()) ? new URL(secret.trim()) : null;
  const local = url?.protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url && (url.protocol === "https:" || local) && url.username === "") return url;
  throw new HumanError("usage", "The secret of this channel is no webhook address (https://…); set it anew.");
}
