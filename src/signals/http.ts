import type { WatchFacts } from "../domain/drop/watchPlan.ts";
import { headersOf, type SignalAuth } from "../domain/policy/signalTerms.ts";
import type { Answer, Failure } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Instant } from "../domain/time/instant.ts";
import { authorization, ReadingFailed, type Secrets, withoutSecret } from "./secrets.ts";

/** What a server answered. */
interface HttpAnswer {
  status: number;
  /** The body as JSON; undefined where it is none. */
  json: unknown;
}

/** Asks a monitoring server over HTTP. */
export interface Http {
  /**
   * @param body Is sent by POST, as JSON.
   * @throws {ReadingFailed} with one sentence, in which no secret and no address beyond the host appears.
   */
  get(url: URL, auth: SignalAuth | undefined, stop: AbortSignal, body?: string): Promise<HttpAnswer>;
  /** Asks as a customer would: no secret, no redirect. What the server does wrong is an answer too. */
  probe(url: URL, stop: AbortSignal): Promise<ProbeAnswer>;
}

/** `unreachable`: the network here is at fault, or nobody can tell, so it says nothing of the server. */
type ProbeAnswer =
  | { status: number; body: string; tookMs: number }
  | { failed: string; unreachable: boolean };

export interface HttpOptions {
  fetch: typeof fetch;
  secrets: Secrets;
  /** How long one reading may take. Milliseconds. */
  timeLimit?: number;
  /** How large an answer may be, unpacked. Bytes. */
  sizeLimit?: number;
}

const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 4 * 1024 * 1024;
const MOST_REDIRECTS = 3;

export class FetchHttp implements Http {
  readonly #options: Required<HttpOptions>;

  constructor(options: HttpOptions) {
    this.#options = { timeLimit: TIME_LIMIT_MS, sizeLimit: SIZE_LIMIT, ...options };
  }

  async get(
    url: URL,
    auth: SignalAuth | undefined,
    stop: AbortSignal,
    body: string | null = null,
  ): Promise<HttpAnswer> {
    const { timeLimit, secrets } = this.#options;
    const host = plainText(url.host, 100);
    const known: (string | null)[] = [];
    const headers = authorization(undefined, null, host);
    for (const each of auth ? headersOf(auth) : []) {
      const secret = await secrets(each.secret, url.origin);
      known.push(secret);
      Object.assign(headers, authorization(each, secret, host));
    }
    if (body !== null) headers["content-type"] = "application/json";
    const late = AbortSignal.timeout(timeLimit);
    const either = firstOf([stop, late]);
    try {
      const response = await this.#follow(
        url,
        { headers, ...(body === null ? {} : { method: "POST", body }) },
        either.signal,
      );
      return { status: response.status, json: parsed(await this.#text(response, host)) };
    } catch (error) {
      if (error instanceof ReadingFailed) throw error;
      const sentence = late.aborted
        ? `${host} did not answer within ${timeLimit / 1000} s.`
        : failureSentence(error, host);
      throw new ReadingFailed(known.reduce<string>(withoutSecret, sentence));
    } finally {
      // A watch that goes on for hours must not gather listeners.
      either.abort();
    }
  }

  async probe(url: URL, stop: AbortSignal): Promise<ProbeAnswer> {
    const { timeLimit } = this.#options;
    const host = plainText(url.host, 100);
    const late = AbortSignal.timeout(timeLimit);
    const either = firstOf([stop, late]);
    const began = performance.now();
    try {
      const init = {
        headers: { "user-agent": "dropclock" },
        redirect: "manual",
        signal: either.signal,
      } as const;
      const response = await this.#options.fetch(url, init);
      const body = await this.#text(response, host);
      return { status: response.status, body, tookMs: performance.now() - began };
    } catch (error) {
      if (error instanceof ReadingFailed) return { failed: error.message, unreachable: false };
      if (late.aborted) return { failed: `no answer within ${timeLimit / 1000} s`, unreachable: false };
      return { failed: failureSentence(error, host).replace(/\.$/, ""), unreachable: isLocal(error) };
    } finally {
      either.abort();
    }
  }

  /** A token must not be carried to a place that the policy does not name, so other hosts are refused. */
  async #follow(
    url: URL,
    request: Pick<RequestInit, "method" | "headers" | "body">,
    signal: AbortSignal,
  ): Promise<Response> {
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const response = await this.#options.fetch(at, { ...request, redirect: "manual", signal });
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

const CA = "make its authority known with NODE_EXTRA_CA_CERTS";

/** What went wrong below HTTP, by the codes of Node, of undici and of OpenSSL. */
const SENTENCES: Record<string, (host: string) => string> = {
  ECONNREFUSED: (host) => `${host} refused the connection; is it running?`,
  ENOTFOUND: (host) => `${host} is not known; is the address right, and the network there?`,
  EAI_AGAIN: (host) => `${host} could not be looked up; is the network there?`,
  ECONNRESET: (host) => `${host} broke the connection off.`,
  UND_ERR_SOCKET: (host) => `${host} broke the connection off.`,
  EHOSTUNREACH: (host) => `${host} cannot be reached from here.`,
  ENETUNREACH: (host) => `${host} cannot be reached from here.`,
  ETIMEDOUT: (host) => `${host} did not answer.`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `${host} did not answer.`,
  CERT_HAS_EXPIRED: (host) => `The TLS certificate of ${host} has expired.`,
  CERT_NOT_YET_VALID: (host) =>
    `The TLS certificate of ${host} is not valid yet; is this machine's clock right?`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => `The TLS certificate of ${host} is self-signed; ${CA}.`,
  SELF_SIGNED_CERT_IN_CHAIN: (host) => `The TLS certificate of ${host} has an unknown authority; ${CA}.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (host) =>
    `The TLS certificate of ${host} has an unknown authority; ${CA}.`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (host) =>
    `The TLS certificate of ${host} has an unknown authority; ${CA}.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => `The TLS certificate is not for ${host}, but for another name.`,
  ERR_SSL_WRONG_VERSION_NUMBER: (host) => `${host} does not speak TLS; is it http and not https?`,
  EPROTO: (host) => `${host} does not speak TLS as expected; is it http and not https?`,
  HPE_INVALID_CONSTANT: (host) => `${host} does not speak HTTP; is it https and not http?`,
};

/** One sentence for what fetch threw; the address beyond the host is never in it. */
export function failureSentence(error: unknown, host: string): string {
  const code = codeOf(error);
  if (code !== null && Object.hasOwn(SENTENCES, code)) return SENTENCES[code]!(host);
  if (error instanceof Error && error.name === "ProxyFailed") return error.message;
  return `${host} could not be asked${code === null ? "" : ` (${plainText(code, 60)})`}.`;
}

/** Whether it stays so until somebody changes something: a certificate, or what is spoken there. */
export function isLasting(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^HPE_/.test(code);
}

/** Whether the way there is at fault: a laptop without a network must not find an outage. */
function isLocal(error: unknown): boolean {
  if (error instanceof Error && error.name === "ProxyFailed") return true;
  return /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|EPERM|EACCES)$/.test(
    codeOf(error) ?? "",
  );
}

/** The code of an error or of what caused it; of several attempts (IPv6, IPv4) the last one's. */
function codeOf(error: unknown): string | null {
  let code: string | null = null;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    const { code: own, cause, errors } = at as Error & { code?: unknown; errors?: unknown[] };
    if (typeof own === "string") code = own;
    at = cause ?? errors?.at(-1);
  }
  return code;
}

/** What a status says that is no answer; null where it is one. */
export function statusFailure(status: number, host: string, auth: SignalAuth | undefined): Failure | null {
  if (status >= 200 && status < 300) return null;
  if (auth && (status === 401 || status === 403)) {
    const failed = `${host} does not accept the secret “${auth.secret}” (${status}); set it anew.`;
    return { failed, secret: "refused" };
  }
  return { failed: statusSentence(status, host) };
}

function statusSentence(status: number, host: string): string {
  if (status === 401 || status === 403)
    return `${host} wants to know who asks (${status}); name a secret under \`auth\` in the policy.`;
  if (status === 404) return `${host} has no such page (404); is \`url\` the base address of the server?`;
  if (status === 407) return `The proxy on the way to ${host} wants to know who asks (407).`;
  if (status === 429) return `${host} is asked too often (429); make \`every\` longer.`;
  return `${host} answered ${status}.`;
}

/** An address below a server's base address, which may itself have a path (`https://host/prometheus`). */
export function endpoint(base: string, path: string, query: readonly (readonly [string, string])[]): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, "")}/${path}`;
  url.search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
  return url;
}

/** Reads a signal once. Never throws: what goes wrong is an answer too. */
export type SignalSource = (stop: AbortSignal) => Promise<Answer>;

/** What a source needs to know of the watch that it is read for. */
export interface WatchContext extends WatchFacts {
  now(): Instant;
  /** A file of the repository, as the policy in force lies beside it; null: it is not there. */
  readFile(path: string): Promise<string | null>;
}
