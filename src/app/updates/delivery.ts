import { setTimeout as delay } from "node:timers/promises";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { failureSentence, isLasting } from "../../signals/http.ts";
import { withoutSecret } from "../../signals/secrets.ts";
import type { Ask, Delivery } from "./channelKind.ts";

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
