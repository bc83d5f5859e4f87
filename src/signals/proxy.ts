import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";

/** Why the way to a proxy failed, as a sentence. */
class ProxyFailed extends Error {
  override readonly name = "ProxyFailed";
}

/**
 * `fetch` that takes the environment's proxies: Node's own does not by itself in all its versions. Follows no redirect.
 * In the editor it is not needed, for the editor's `fetch` knows its proxies.
 */
export function proxiedFetch(environment: NodeJS.ProcessEnv, direct: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = proxyFor(url, environment);
    if (proxy === null) return direct(input, init);
    return responseOf(await throughProxy(url, proxyAddress(proxy), questionOf(init)));
  };
}

/** What is asked, of all that `fetch` can: its body is a text. */
interface Question {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  abort: Pick<RequestOptions, "signal">;
}

const questionOf = ({ method = "GET", headers, body, signal }: RequestInit = {}): Question => ({
  method,
  headers: Object.fromEntries(new Headers(headers)),
  body: typeof body === "string" ? body : null,
  abort: signal ? { signal } : {},
});

function proxyAddress(text: string): URL {
  const whole = text.includes("://") ? text : `http://${text}`;
  const proxy = URL.canParse(whole) ? new URL(whole) : null;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  throw new ProxyFailed(
    "The proxy of the environment is no http or https address; correct http_proxy or https_proxy.",
  );
}

async function throughProxy(
  url: URL,
  proxy: URL,
  { method, headers, body, abort }: Question,
): Promise<IncomingMessage> {
  // A packed answer would have to be unpacked here.
  const own = { ...headers, host: url.host, "accept-encoding": "identity" };
  if (url.protocol === "http:")
    return answer(
      proxy,
      { method, path: url.href, headers: { ...own, ...proxyHeaders(proxy) }, ...abort },
      body,
    );
  const socket = await tunnel(url, proxy, abort);
  const path = `${url.pathname}${url.search}`;
  const secure = tlsConnect({ socket, servername: url.hostname });
  return answer(url, { method, path, headers: own, ...abort, createConnection: () => secure }, body);
}

/** Asks the proxy for a way through to the server, over which TLS is spoken end to end. */
function tunnel(url: URL, proxy: URL, abort: Pick<RequestOptions, "signal">): Promise<Socket> {
  const to = `${url.hostname}:${url.port || 443}`;
  const options = { method: "CONNECT", path: to, headers: { host: to, ...proxyHeaders(proxy) }, ...abort };
  return new Promise((resolve, reject) => {
    const asked = requestTo(proxy, options);
    asked.once("error", reject);
    asked.once("connect", ({ statusCode }: IncomingMessage, socket: Socket) => {
      if (statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(new ProxyFailed(`The proxy on the way to ${url.host} answered ${statusCode}.`));
      }
    });
    asked.end();
  });
}

function answer(to: URL, options: RequestOptions, body: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = requestTo(to, options);
    asked.once("error", reject);
    asked.once("response", resolve);
    asked.end(body ?? undefined);
  });
}

function requestTo(to: URL, options: RequestOptions) {
  const where = { hostname: to.hostname.replace(/^\[|\]$/g, ""), port: to.port || undefined };
  return to.protocol === "https:"
    ? httpsRequest({ ...where, ...options })
    : httpRequest({ ...where, ...options });
}

function proxyHeaders({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
}

function responseOf(message: IncomingMessage): Response {
  const headers = Object.entries(message.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const status = message.statusCode ?? 502;
  const empty = status === 204 || status === 205 || status === 304;
  const body = empty ? null : bodyOf(message);
  return new Response(body, { status, headers });
}

/** `Readable.toWeb` of Node 20.0 throws, where nobody can catch it, when its body is cancelled. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      message.destroy();
    },
  });
}

/**
 * The proxy of the environment for an address, as curl and others read it: `https_proxy`, `http_proxy`, `all_proxy`,
 * in small letters or capitals, and `no_proxy` for hosts to be asked directly. Null: none.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): string | null {
  const read = (name: string) => environment[name] || environment[name.toUpperCase()] || null;
  const proxy = read(url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? read("all_proxy");
  return proxy === null || isDirect(url, read("no_proxy") ?? "") ? null : proxy;
}

/** `no_proxy`: `*`, or hosts with the domains below them, each with a port or without. */
function isDirect(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return entries.some((entry) => {
    if (entry === "*") return true;
    const wanted = readEntry(entry);
    if (wanted.port !== null && wanted.port !== port) return false;
    return host === wanted.domain || host.endsWith(`.${wanted.domain}`);
  });
}

function readEntry(entry: string): { domain: string; port: string | null } {
  const bareIpv6 = !entry.startsWith("[") && entry.split(":").length > 2;
  if (bareIpv6) return { domain: entry, port: null };
  const [, name = "", port = null] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  return { domain: name.replace(/^\*?\./, ""), port };
}
