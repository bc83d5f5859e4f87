import { type SecretStorage, window } from "vscode";
import { secretOf } from "../../app/updates/channels.ts";
import type { Channel } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Secrets } from "../../signals/secrets.ts";
import { type NamedSecret, SignalSecrets, secretsOf } from "../model/signalSecrets.ts";
import { labelText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { SignalRow } from "../tree/watchRow.ts";
import { type CommandContext, chooseProject, type Handler, rootOf } from "./commandContext.ts";

/** Keeps a secret that the policy names, in the editor's own store. */
export const setSignalSecret: Handler = async (context, argument) => {
  const secret = await chooseSecret(context, argument, "Set Signal Secret");
  if (!secret) return;
  const value = await window.showInputBox({
    title: `Secret “${labelText(secret.name, 60)}” for ${labelText(secret.origin, 100)}`,
    prompt:
      "A token, or user:password, as the policy says under auth. It is kept by the editor, and sent to this server alone.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Enter the secret, or press Escape." : null),
  });
  if (value === undefined) return;
  await signalStore(context).set(secret, value.trim());
  window.setStatusBarMessage("$(check) Secret kept", 4000);
};

export const clearSignalSecret: Handler = async (context, argument) => {
  const secret = await chooseSecret(context, argument, "Clear Signal Secret");
  if (!secret) return;
  await signalStore(context).clear(secret);
  window.setStatusBarMessage("$(check) Secret forgotten", 4000);
};

/** What a row gives along, where one is pressed. */
type Meant = { secret?: NamedSecret } | null | undefined;

const signalStore = ({ extension }: CommandContext) => new SignalSecrets(extension.secrets);

async function chooseSecret(
  context: CommandContext,
  argument: unknown,
  title: string,
): Promise<NamedSecret | null> {
  const secrets = (policy: Parameters<typeof secretsOf>[0] | undefined) => (policy ? secretsOf(policy) : []);
  const tracked = await chooseProject(
    context,
    rootOf(argument),
    ({ reading }) => secrets(reading?.facts.policy.policy).length > 0,
  );
  if (!tracked) return null;
  const all = secrets(tracked.reading?.facts.policy.policy);
  if (all.length === 0) {
    const why =
      "No signal of the policy names a secret; name one under auth, such as { bearer: prometheus }.";
    throw new HumanError("usage", why);
  }
  // A row means its own; what it names must still be in the policy.
  const meant = argument instanceof SignalRow ? argument.secret : (argument as Meant)?.secret;
  const named = all.find(({ name, origin }) => name === meant?.name && origin === meant.origin);
  if (named) return named;
  const store = signalStore(context);
  const choices = all.map((secret) => ({ name: secret.name, detail: secret.origin, value: secret }));
  return pickSecret(title, choices, (secret) => store.has(secret));
}

/** Keeps the secret of a channel before an update waits for it, or in place of one that was changed. */
export const setChannelSecret: Handler = async (context, argument) => {
  const channel = await chooseChannel(context, argument, "Set Channel Secret");
  if (channel && (await channelStore(context).ask(channel)))
    window.setStatusBarMessage("$(check) Secret kept", 4000);
};

/** Forgets the secret of a channel; the next update that goes there asks for it again. */
export const clearChannelSecret: Handler = async (context, argument) => {
  const channel = await chooseChannel(context, argument, "Clear Channel Secret");
  if (!channel) return;
  await channelStore(context).forget(channel);
  window.setStatusBarMessage("$(check) Secret forgotten", 4000);
};

const channelStore = ({ extension }: CommandContext) => new ChannelSecrets(extension.secrets);

async function chooseChannel(context: CommandContext, argument: unknown, title: string) {
  const tracked = await chooseProject(context, rootOf(argument), (each) => channelsOf(each).length > 0);
  if (!tracked) return null;
  const channels = channelsOf(tracked);
  if (channels.length === 0)
    throw new HumanError(
      "usage",
      "No channel of the policy names a secret; name one, such as slack: { secret: slack-webhook }.",
    );
  const store = channelStore(context);
  const choices = channels.map((channel) => ({
    name: channel.name,
    detail: plainText(secretOf(channel)!.name, 60),
    value: channel,
  }));
  return pickSecret(title, choices, (channel) => store.has(channel));
}

const channelsOf = ({ reading }: TrackedProject) =>
  (reading?.facts.policy.policy.updates.channels ?? []).filter((channel) => secretOf(channel) !== null);

/** A secret that the policy names, as people choose among them. */
interface SecretChoice<T> {
  name: string;
  /** What tells it from another one. */
  detail: string;
  value: T;
}

/** Asks which secret is meant, and says of each whether it is set. Null: given up. */
async function pickSecret<T>(
  title: string,
  choices: readonly SecretChoice<T>[],
  isSet: (value: T) => Promise<boolean>,
): Promise<T | null> {
  const items = await Promise.all(
    choices.map(async ({ name, detail, value }) => ({
      label: `$(key) ${labelText(name, 60)}`,
      description: `${labelText(detail, 100)} · ${(await isSet(value)) ? "set" : "not set"}`,
      value,
    })),
  );
  return (await window.showQuickPick(items, { title }))?.value ?? null;
}

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
