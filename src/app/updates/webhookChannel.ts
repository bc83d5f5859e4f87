import { authorization, type ChannelKind, type ChannelOf } from "./channelKind.ts";

/** JSON of any form to an address. */
export const webhookChannel: ChannelKind<ChannelOf<"webhook">> = {
  secret: ({ url, secret }) => (secret === null ? null : { name: secret, origin: new URL(url).origin }),
  target: ({ url, secret }) => (secret ? `${url}, with the secret “${secret}”` : url),
  text: ({ name, body }, message, { json }) =>
    body === null
      ? JSON.stringify(message)
      : json({ path: `The body of the channel “${name}”`, text: body }, { ...message }),
  delivery: ({ name, url, scheme }, { text, secret, common }) => ({
    url: new URL(url),
    headers: secret === null ? common : { ...common, ...authorization(secret, name, scheme) },
    body: text,
    secret,
  }),
};
