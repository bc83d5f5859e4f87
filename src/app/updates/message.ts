import { createHash } from "node:crypto";
import { renderJson } from "../../documents/template.ts";
import { slackText } from "../../documents/visibleText.ts";
import { placeFault, TextPlaces } from "../../domain/policy/places.ts";
import type { Channel, Policy, PolicyProblem } from "../../domain/policy/policy.ts";
import { readSource } from "../../domain/policy/source.ts";
import { PUBLIC_STATUS_TITLES, type PublicStatus } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";

/** Such as one may be: with quotation marks, a line break and a backslash, which a template must not trip over. */
const SAMPLE: Message = {
  text: 'Cards "work" again.\nNothing was lost \\ moved.',
  markdown: 'Cards "work" again.\n\n- Nothing was lost \\\\ moved.',
  status: "monitoring",
  title: 'Payments "fail"',
  service: "Checkout",
  number: 1,
  incident: "0123456789abcdef",
  at: "2026-11-23T10:04:00.000Z",
  key: "0123456789abcdef0123456789abcdef",
};

/**
 * What is wrong with the bodies of a policy's webhooks: found by filling each with an example, so that it comes to
 * light when it is written and not when customers wait.
 * @param text Of the policy that this is.
 */
export function webhookProblems(text: string, { updates }: Pick<Policy, "updates">): PolicyProblem[] {
  // A byte order mark is no column, as for all else that is said of a policy.
  const source = text.replace(/^\ufeff/, "");
  const { root } = readSource(source);
  const places = new TextPlaces(source);
  return updates.channels.flatMap((channel, i) => {
    if (channel.kind !== "webhook" || channel.body === null || !root) return [];
    try {
      textFor(channel, SAMPLE);
      return [];
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      const path = ["updates", "channels", i, "webhook", "body"];
      return placeFault({ path, on: "value", message: error.message }, root, places);
    }
  });
}

/** What is to be told, whatever the channel. */
interface Message {
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
