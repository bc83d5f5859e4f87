import type { Disposable, SecretStorage } from "vscode";
import type { Policy, Signal } from "../../domain/policy/policy.ts";
import type { Secrets } from "../../signals/secrets.ts";

/** A secret that the policy names, and the server that it opens. */
export interface NamedSecret {
  name: string;
  /** `https://host:port`: what was entered for one server is never sent to another. */
  origin: string;
}

const PREFIX = "signal ";
const keyOf = ({ name, origin }: NamedSecret) => `${PREFIX}${name} ${origin}`;

/** The secrets of signals, in the editor's own store for them. */
export class SignalSecrets {
  readonly #storage: SecretStorage;

  constructor(storage: SecretStorage) {
    this.#storage = storage;
  }

  readonly read: Secrets = async (name, origin) => (await this.#storage.get(keyOf({ name, origin }))) ?? null;

  /** Some signal's secret was set or cleared, in this window or in another one. */
  onDidChange(listener: () => void): Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) listener();
    });
  }

  async has(secret: NamedSecret): Promise<boolean> {
    return (await this.#storage.get(keyOf(secret))) !== undefined;
  }

  async set(secret: NamedSecret, value: string): Promise<void> {
    await this.#storage.store(keyOf(secret), value);
  }

  async clear(secret: NamedSecret): Promise<void> {
    await this.#storage.delete(keyOf(secret));
  }
}

/** The secrets that the signals of a policy name, each once. */
export function secretsOf({ signals }: Pick<Policy, "signals">): NamedSecret[] {
  const named = signals.flatMap((signal) => secretOf(signal) ?? []);
  return [...new Map(named.map((secret) => [keyOf(secret), secret])).values()];
}

/** The secret that a signal is read with. */
export function secretOf({ source }: Pick<Signal, "source">): NamedSecret | null {
  return source.auth ? { name: source.auth.secret, origin: new URL(source.url).origin } : null;
}
