import type { SignalAuth } from "../domain/policy/signalTerms.ts";
import type { Failure, SecretTrouble } from "../domain/signal/signal.ts";

/**
 * Gives a secret by the name that the policy has for it, for one server (`https://host:port`): what was entered for
 * one must not be sent to another because a policy was changed. Null: there is none.
 */
export type Secrets = (name: string, origin: string) => Promise<string | null>;

/** The environment variable that holds a secret on the command line. */
export const secretVariable = (name: string) => `DROPCLOCK_SECRET_${name.toUpperCase().replaceAll("-", "_")}`;

/** Secrets from the environment. Only names with our prefix, so that a policy cannot ask for somebody else's. */
export function environmentSecrets(environment: NodeJS.ProcessEnv): Secrets {
  return async (name) => environment[secretVariable(name)] || null;
}

/**
 * The header that shows who asks.
 * @throws {ReadingFailed} where there is no secret, or it cannot be one; what it is never appears.
 */
export function authorization(
  auth: SignalAuth | undefined,
  secret: string | null,
  host: string,
): Record<string, string> {
  const accept: Record<string, string> = { accept: "application/json" };
  if (!auth) return accept;
  if (secret === null) {
    throw new ReadingFailed(
      `There is no secret “${auth.secret}” for ${host}; set it with Dropclock: Set Signal Secret in the editor, or as ${secretVariable(auth.secret)}.`,
      "unset",
      auth.secret,
    );
  }
  if (auth.scheme === "basic") {
    if (!secret.includes(":"))
      throw new ReadingFailed(
        `The secret “${auth.secret}” must be user:password; set it anew.`,
        "refused",
        auth.secret,
      );
    return { ...accept, authorization: `Basic ${Buffer.from(secret, "utf8").toString("base64")}` };
  }
  // Anything else in a header is refused by fetch in words that repeat it.
  if (!/^[\x21-\x7e]+$/.test(secret))
    throw new ReadingFailed(
      `The secret “${auth.secret}” is no token: it has a blank or a line break; set it anew.`,
      "refused",
      auth.secret,
    );
  if (auth.scheme === "header") return { ...accept, [auth.header ?? ""]: secret };
  return { ...accept, authorization: `Bearer ${secret}` };
}

/** A sentence from elsewhere, without the secret and its parts: servers repeat what they were sent. */
export function withoutSecret(sentence: string, secret: string | null): string {
  if (secret === null) return sentence;
  const password = secret.slice(secret.indexOf(":") + 1);
  const encoded = Buffer.from(secret, "utf8").toString("base64");
  return [secret, encoded, password]
    .filter((part) => part.length >= 3)
    .reduce((text, part) => text.replaceAll(part, "…"), sentence);
}

/** Why a reading failed, as a sentence for people, in which no secret appears. */
export class ReadingFailed extends Error {
  override readonly name = "ReadingFailed";
  readonly #secret: SecretTrouble | undefined;
  readonly #named: string | undefined;

  /** @param named The secret that it is about. */
  constructor(sentence: string, secret?: SecretTrouble, named?: string) {
    super(sentence);
    this.#secret = secret;
    this.#named = named;
  }

  get failure(): Failure {
    return {
      failed: this.message,
      ...(this.#secret ? { secret: this.#secret } : {}),
      ...(this.#named === undefined ? {} : { named: this.#named }),
    };
  }
}
