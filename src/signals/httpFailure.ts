import type { SignalAuth } from "../domain/policy/policy.ts";
import type { Failure } from "../domain/signal/signal.ts";
import { plainText } from "../domain/text/plainText.ts";

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
