import type { ChannelKind, ChannelOf } from "./channelKind.ts";

/** Copied, for somebody to paste it where people read it. */
export const clipboardChannel: ChannelKind<ChannelOf<"clipboard">> = {
  secret: () => null,
  target: () => "the clipboard",
  text: (_, __, { headed }) => headed,
  delivery: null,
};
