import { type SecretStorage, window } from "vscode";
import { secretOf } from "../../app/updates/channelDelivery.ts";
import type { Channel } from "../../domain/policy/updateChannel.ts";
import type { Secrets } from "../../signals/secrets.ts";
import { labelText } from "../inert.ts";

const keyOf = (name: string, origin: string) => `channel ${name} ${origin}`;

/** The secrets of channels, in the editor's own store: by name, and by the place that they are for. */
export class ChannelSecrets {
  readonly #storage: SecretStorage;

  constructor(storage: SecretStorage) {
    this.#storage = storage;
  }

  readonly read: Secrets = async (name, origin) => (await this.#storage.get(keyOf(name, origin))) ?? null;

  /** Whether a channel has its secret; asks for one that is missing, once. */
  async complete(channel: Channel): Promise<boolean> {
    return secretOf(channel) === null || (await this.has(channel)) || this.ask(channel);
  }

  /** Asks for the secret of a channel and keeps it. False: nothing was entered. */
  async ask(channel: Channel): Promise<boolean> {
    const wanted = secretOf(channel);
    if (!wanted) return true;
    const what = channel.kind === "slack" ? "the webhook's whole address" : `a token for ${wanted.origin}`;
    const value = await window.showInputBox({
      title: `The secret “${labelText(wanted.name)}” of the channel “${labelText(channel.name, 60)}”`,
      prompt: `Enter ${what}. It is kept in this machine's store for secrets, and nowhere else.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === "" ? "Without it nothing can be sent." : null),
    });
    if (value === undefined) return false;
    await this.#storage.store(keyOf(wanted.name, wanted.origin), value.trim());
    return true;
  }

  async has(channel: Channel): Promise<boolean> {
    const wanted = secretOf(channel);
    return wanted !== null && (await this.read(wanted.name, wanted.origin)) !== null;
  }

  /** To be called where it was not accepted, so that the next press asks for it. */
  async forget(channel: Channel): Promise<void> {
    const wanted = secretOf(channel);
    if (wanted) await this.#storage.delete(keyOf(wanted.name, wanted.origin));
  }
}
