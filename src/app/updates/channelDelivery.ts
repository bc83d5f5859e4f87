import type { Channel } from "../../domain/policy/updateChannel.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { type Secrets, secretVariable } from "../../signals/secrets.ts";
import type { Delivery } from "./delivery.ts";

type Posted = Exclude<Channel, { kind: "clipboard" }>;

/** Stands for the place of a secret that is itself an address. */
export const WEBHOOK_ADDRESS = "webhook";

/** The secret of a channel, and for which place it is kept; null where it needs none. */
export function secretOf(channel: Channel): { name: string; origin: string } | null {
  switch (channel.kind) {
    case "slack":
      return { name: channel.secret, origin: WEBHOOK_ADDRESS };
    case "webhook":
      return channel.secret === null ? null : { name: channel.secret, origin: new URL(channel.url).origin };
    case "github":
      return { name: channel.secret, origin: new URL(channel.api).origin };
    case "clipboard":
      return null;
  }
}

/**
 * The request that posts a text to a channel.
 * @throws {HumanError} where its secret is not there, or cannot be one.
 */
export async function deliveryTo(
  channel: Posted,
  text: string,
  key: string,
  secrets: Secrets,
): Promise<Delivery> {
  const wanted = secretOf(channel);
  const secret = wanted && (await secrets(wanted.name, wanted.origin));
  if (wanted && !secret) throw missingSecret(channel.name, wanted.name);
  const common = { "content-type": "application/json", "idempotency-key": key, "user-agent": "dropclock" };
  switch (channel.kind) {
    case "slack":
      return { url: slackAddress(secret!), headers: common, body: JSON.stringify({ text }), secret };
    case "webhook": {
      const headers = secret === null ? common : { ...common, ...bearer(secret, channel.name) };
      return { url: new URL(channel.url), headers, body: text, secret };
    }
    case "github":
      return githubDelivery(channel, text, key, { ...common, ...bearer(secret!, channel.name) }, secret!);
  }
}

function missingSecret(channel: string, name: string): HumanError {
  return new HumanError(
    "usage",
    `The channel “${channel}” needs the secret “${name}”, and there is none; set ${secretVariable(name)}.`,
  );
}

function slackAddress(secret: string): URL {
  const url = URL.canParse(secret.trim()) ? new URL(secret.trim()) : null;
  const local = url?.protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url && (url.protocol === "https:" || local) && url.username === "") return url;
  throw new HumanError("usage", "The secret of this channel is no webhook address (https://…); set it anew.");
}

function bearer(secret: string, channel: string): { authorization: string } {
  // Anything else in a header is refused by fetch in words that repeat it.
  if (/^[\x21-\x7e]+$/.test(secret)) return { authorization: `Bearer ${secret}` };
  throw new HumanError("usage", `The secret of the channel “${channel}” is no token; set it anew.`);
}

/** GitHub knows no keys, so the comment carries one, and is looked for before each try. */
function githubDelivery(
  { api, repository, issue }: Posted & { kind: "github" },
  text: string,
  key: string,
  headers: Record<string, string>,
  secret: string,
): Delivery {
  const mark = `<!-- dropclock:${key} -->`;
  const url = new URL(`${api.replace(/\/+$/, "")}/repos/${repository}/issues/${issue}/comments`);
  const github = { ...headers, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  return {
    url,
    headers: github,
    body: JSON.stringify({ body: `${text}\n\n${mark}` }),
    secret,
    arrived: async (ask) => {
      for (let page = 1; page <= MOST_PAGES; page++) {
        const list = new URL(url);
        list.search = new URLSearchParams({ per_page: "100", page: String(page) }).toString();
        const response = await ask(list, { headers: github });
        if (!response.ok) {
          await response.body?.cancel();
          return response;
        }
        const comments: unknown = await response.json();
        if (!Array.isArray(comments)) return false;
        if (comments.some((comment) => String(comment?.body).includes(mark))) return true;
        if (comments.length < 100) return false;
      }
      return false;
    },
  };
}

/** Of a hundred comments each. */
const MOST_PAGES = 20;
