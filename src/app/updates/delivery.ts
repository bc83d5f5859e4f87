import { setTimeout as delay } from "node:timers/promises";
import type { Channel } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { failureSentence, isLasting } from "../../signals/http.ts";
import { type Secrets, secretVariable, withoutSecret } from "../../signals/secrets.ts";

/** One message to be posted, ready to go. */
interface Delivery {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** Never to appear in what is said. */
  secret: string | null;
  /**
   * Whether it has arrived already, where the other side can tell; asked before each try. An answer in place of that
   * says why it cannot tell now.
   */
  arrived?: (ask: Ask) => Promise<boolean | Response>;
}

type Ask = (url: URL, init: RequestInit) => Promise<Response>;

export interface DeliveryOptions {
  fetch: typeof fetch;
  /** Milliseconds that one try may take. */
  timeLimit?: number;
  wait?: (ms: number) => Promise<unknown>;
}

const TIME_LIMIT_MS = 10_000;
const PAUSES_MS = [1000, 3000, 9000];
const LONGEST_PAUSE_MS = 60_000;

/**
 * Posts a message, and again after a pause where the other side was in trouble or did not answer. Each try carries the
 * same key, so that the other side can tell that it is one message. Redirects are refused.
 * @throws {HumanError} where it was not accepted; one sentence, without the secret.
 */
export async function deliver(delivery: Delivery, options: DeliveryOptions): Promise<{ tries: number }> {
  const { timeLimit = TIME_LIMIT_MS, wait = delay } = options;
  const host = plainText(delivery.url.host, 100);
  const ask: Ask = (url, init) =>
    options.fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeLimit) });
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(delivery, ask, host, timeLimit);
    if (outcome === "delivered") return { tries };
    const pause = PAUSES_MS[tries - 1];
    if (!outcome.again || pause === undefined) throw failure(outcome, tries, delivery.secret);
    await wait(Math.min(Math.max(pause, outcome.afterMs ?? 0), LONGEST_PAUSE_MS));
  }
}

interface Trouble {
  sentence: string;
  /** Whether another try may help. */
  again: boolean;
  afterMs?: number;
}

async function attempt(
  { url, headers, body, arrived }: Delivery,
  ask: Ask,
  host: string,
  timeLimit: number,
): Promise<"delivered" | Trouble> {
  try {
    const before = await arrived?.(ask);
    if (before === true) return "delivered";
    // Whoever cannot see what is there must not put it there again.
    if (before instanceof Response) return judged(before, host) as Trouble;
    const response = await ask(url, { method: "POST", headers, body });
    await response.body?.cancel();
    return judged(response, host);
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    const sentence = late
      ? `${host} did not answer within ${timeLimit / 1000} s.`
      : failureSentence(error, host);
    return { sentence, again: !isLasting(error) };
  }
}

function judged({ status, headers }: Response, host: string): "delivered" | Trouble {
  if (status >= 200 && status < 300) return "delivered";
  if (status >= 300 && status < 400) {
    return {
      sentence: `${host} redirects (${status}), and that is not followed; write the right address.`,
      again: false,
    };
  }
  if (status === 401 || status === 403)
    return { sentence: `${host} does not accept the secret (${status}); set it anew.`, again: false };
  const again = status >= 500 || status === 429 || status === 408;
  return { sentence: `${host} answered ${status}.`, again, afterMs: retryAfter(headers) };
}

/** Milliseconds; it is told in seconds, or as the date on the other side's own clock. */
function retryAfter(headers: Headers): number {
  const text = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - (Date.parse(headers.get("date") ?? "") || Date.now());
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

function failure({ sentence }: Trouble, tries: number, secret: string | null): HumanError {
  const often =
    tries > 1 ? ` Tried ${tries} times; a further try is safe, for it is told as the same message.` : "";
  return new HumanError("service", `${withoutSecret(sentence, secret)}${often}`);
}

type Posted = Exclude<Channel, { kind: "clipboard" }>;

/** Stands for the place of a secret that is itself an address. */
const WEBHOOK_ADDRESS = "webhook";

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
