import { createHash } from "node:crypto";
import { renderJson } from "../../documents/jsonTemplate.ts";
import { slackText } from "../../documents/slackText.ts";
import type { Channel } from "../../domain/policy/updateChannel.ts";
import { PUBLIC_STATUS_TITLES, type PublicStatus } from "../../domain/public/publicStatus.ts";

/** What is to be told, whatever the channel. */
export interface Message {
  /** Plain words: whatever shows it need not know Markdown. */
  text: string;
  /** The same as somebody wrote it. */
  markdown: string;
  status: PublicStatus;
  title: string | null;
  service: string | null;
  /** Counts from 1. */
  number: number;
  /** Names the incident without telling anything of it. */
  incident: string;
  /** ISO 8601. */
  at: string;
  /** The same for the same message, whoever sends it. */
  key: string;
}

/** Names one message over all machines: a second press, or a second person, sends the same one. */
export function messageKey(openedEvent: string, path: string, channel: string, text: string): string {
  return createHash("sha256")
    .update(JSON.stringify([openedEvent, path, channel, text]))
    .digest("hex")
    .slice(0, 32);
}

/** The same for all updates of an incident. Its id would tell its title. */
export const publicId = (openedEvent: string) =>
  createHash("sha256").update(openedEvent).digest("hex").slice(0, 16);

/** The exact text that people will read in a channel; of a JSON webhook, the whole body. */
export function textFor(channel: Channel, message: Message): string {
  const headed = `**${PUBLIC_STATUS_TITLES[message.status]}**\n\n${message.markdown}`;
  switch (channel.kind) {
    case "slack":
      return slackText(headed);
    case "webhook":
      return webhookBody(channel, message);
    case "github":
    case "clipboard":
      return headed;
  }
}

/** Where it goes, as people are shown it. Of Slack's webhook the address itself is the secret. */
export function targetOf(channel: Channel): string {
  switch (channel.kind) {
    case "slack":
      return `the webhook in the secret “${channel.secret}”`;
    case "webhook":
      return channel.secret ? `${channel.url}, with the secret “${channel.secret}”` : channel.url;
    case "github":
      return `${channel.repository}#${channel.issue} at ${new URL(channel.api).host}, with the secret “${channel.secret}”`;
    case "clipboard":
      return "the clipboard";
  }
}

function webhookBody({ name, body }: Channel & { kind: "webhook" }, message: Message): string {
  if (body === null) return JSON.stringify(message);
  return renderJson({ path: `The body of the channel “${name}”`, text: body }, { ...message });
}
