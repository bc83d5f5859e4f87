import { createHash } from "node:crypto";
import { renderJson } from "../../documents/template.ts";
import { slackText } from "../../documents/visibleText.ts";
import { placeFault, TextPlaces } from "../../domain/policy/places.ts";
import type { Channel, Policy, PolicyProblem } from "../../domain/policy/policy.ts";
import { readSource } from "../../domain/policy/source.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { Message } from "./channelKind.ts";
import { textOf } from "./channels.ts";

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

/** The same of a moment that is handed over. */
const HANDOVER_SAMPLE: Record<string, string> = {
  event: "breached",
  title: 'Payments "fail"',
  severity: "critical",
  service: "Checkout",
  incident: "2026-11-23-payments-fail",
  drop: "drop-1",
  clock: "mitigate",
  due: "2026-11-23T12:04:00.000Z",
  at: "2026-11-23T10:04:00.000Z",
  link: "https://github.com/acme/shop",
  key: "0123456789abcdef0123456789abcdef",
  secret: "key",
};

/**
 * What is wrong with the bodies of a policy's webhooks: found by filling each with an example, so that it comes to
 * light when it is written and not when customers wait.
 * @param text Of the policy that this is.
 */
export function webhookProblems(
  text: string,
  { updates, handover }: Pick<Policy, "updates" | "handover">,
): PolicyProblem[] {
  // A byte order mark is no column, as for all else that is said of a policy.
  const source = text.replace(/^\ufeff/, "");
  const { root } = readSource(source);
  const places = new TextPlaces(source);
  const tried = [
    ...updates.channels.map((channel, i) => ({ channel, path: ["updates", "channels", i], sample: SAMPLE })),
    ...handover.map(({ channel }, i) => ({ channel, path: ["handover", i], sample: HANDOVER_SAMPLE })),
  ];
  return tried.flatMap(({ channel, path, sample }) => {
    if (channel.kind !== "webhook" || channel.body === null || !root) return [];
    try {
      renderJson({ path: `The body of the channel “${channel.name}”`, text: channel.body }, { ...sample });
      return [];
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      const place = { path: [...path, "webhook", "body"], on: "value" as const, message: error.message };
      return placeFault(place, root, places);
    }
  });
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
  return textOf(channel, message, { slack: slackText, json: renderJson, headed });
}
