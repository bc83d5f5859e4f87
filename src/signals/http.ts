import type { SignalAuth } from "../domain/policy/policy.ts";
import { plainText } from "../domain/text/plainText.ts";
import { failureSentence } from "./httpFailure.ts";
import { ReadingFailed } from "./readingFailed.ts";
import { authorization, type Secrets, withoutSecret } from "./secrets.ts";

/** What a server answered. */
export interface HttpAnswer {
  status: number;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
}

/** Asks a monitoring server over HTTP. */
export interface Http {
  /**
   * @throws {ReadingFailed} with one sentence, in which no secret and no address beyond the host appears.
   */
  get(url: URL, auth: SignalAuth | undefined, stop: AbortSignal): Promise<HttpAnswer>;
}

export interface HttpOptions {
  fetch: typeof fetch;
  secrets: Secrets;
  /** How long one reading may take. Milliseconds. */
  timeLimit?: number;
  /** How large an answer may be, unpacked. Bytes. */
  sizeLimit?: number;
}

export const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 4 * 1024 * 1024;
const MOST_REDIRECTS = 3;

export class FetchHttp implements Http {
  readonly #options: Required<HttpOptions>;

  constructor(options: HttpOptions) {
    this.#options = { timeLimit: TIME_LIMIT_MS, sizeLimit: SIZE_LIMIT, ...options };
  }

  async get(url: URL, auth: SignalAuth | undefined, stop: AbortSignal): Promise<HttpAnswer> {
    const { timeLimit, secrets } = this.#options;
    const host = plainText(url.host, 100);
    const secret = auth ? await secrets(auth.secret, url.origin) : null;
    const headers = authorization(auth, secret, host);
    const late = AbortSignal.timeout(timeLimit);
    const either = firstOf([stop, late]);
    try {
      const response = await this.#follow(url, headers, either.signal);
      return { status: response.status, json: parsed(await this.#text(response, host)) };
    } catch (error) {
      if (error instanceof ReadingFailed) throw error;
      const sentence = late.aborted
        ? `${host} did not answer within ${timeLimit / 1000} s.`
        : failureSentence(error, host);
      throw new ReadingFailed(withoutSecret(sentence, secret));
    } finally {
      // A watch that goes on for hours must not gather listeners.
      either.abort();
    }
  }

  /** A token must not be carried to a place that the policy does not name, so other hosts are refused. */
  async #follow(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const response = await this.#options.fetch(at, { headers, redirect: "manual", signal });
      const location = response.headers.get("location");
      if (!isRedirect(response.status) || location === null) return response;
      await response.body?.cancel();
      at = redirected(at, location);
    }
    throw new ReadingFailed(`${plainText(url.host, 100)} redirects in a circle.`);
  }

  async #text(response: Response, host: string): Promise<string> {
    const decoder = new TextDecoder();
    const limit = this.#options.sizeLimit;
    let size = 0;
    let text = "";
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > limit) {
        const most = `${Math.floor(limit / 1024)} KiB`;
        throw new ReadingFailed(`${host} answered with more than ${most}; ask for fewer series.`);
      }
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }
}

/** Aborts with the first of them; the oldest Node has no `AbortSignal.any`. */
function firstOf(signals: readonly AbortSignal[]): AbortController {
  const first = new AbortController();
  for (const signal of signals) {
    const abort = () => first.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true, signal: first.signal });
  }
  return first;
}

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

function redirected(from: URL, location: string): URL {
  const host = plainText(from.host, 100);
  if (!URL.canParse(location, from)) throw new ReadingFailed(`${host} redirects to no address.`);
  const to = new URL(location, from);
  if (to.host === from.host && to.protocol === from.protocol) return to;
  // The same host, only with encryption.
  if (to.hostname === from.hostname && from.protocol === "http:" && to.protocol === "https:") return to;
  throw new ReadingFailed(
    `${host} redirects to another host (${plainText(to.host, 100)}), and that is not followed; if it is the right one, write its address into the policy.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
