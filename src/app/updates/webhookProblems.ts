import { placeFault, TextPlaces } from "../../domain/policy/places.ts";
import type { Policy, PolicyProblem } from "../../domain/policy/policy.ts";
import { readSource } from "../../domain/policy/source.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { type Message, textFor } from "./message.ts";

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
