import type { Disposable, SecretStorage } from "vscode";
import type { Policy, Signal } from "../../domain/policy/policy.ts";
import { type NamedSecret, secretsOfSignal } from "../../domain/policy/signalTerms.ts";
import type { Secrets } from "../../signals/secrets.ts";

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
  const named = signals.flatMap(secretsOfSignal);
  return [...new Map(named.map((secret) => [keyOf(secret), secret])).values()];
}

/** The secret that a signal is read with; of several the one that something is wrong with, else the first. */
export function secretOf(signal: Pick<Signal, "source" | "minimum">, wanting?: string): NamedSecret | null {
  const all = secretsOfSignal(signal);
  return all.find(({ name }) => name === wanting) ?? all[0] ?? null;
}
