import { window } from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import { labelText } from "../inert.ts";
import { type NamedSecret, SignalSecrets, secretsOf } from "../model/signalSecrets.ts";
import { SignalRow } from "../tree/signalRow.ts";
import { chooseProject } from "./chooseProject.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { pickSecret } from "./pickSecret.ts";
import { rootOf } from "./target.ts";

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
  await storeOf(context).set(secret, value.trim());
  window.setStatusBarMessage("$(check) Secret kept", 4000);
};

export const clearSignalSecret: Handler = async (context, argument) => {
  const secret = await chooseSecret(context, argument, "Clear Signal Secret");
  if (!secret) return;
  await storeOf(context).clear(secret);
  window.setStatusBarMessage("$(check) Secret forgotten", 4000);
};

/** What a row gives along, where one is pressed. */
type Meant = { secret?: NamedSecret } | null | undefined;

const storeOf = ({ extension }: CommandContext) => new SignalSecrets(extension.secrets);

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
  const store = storeOf(context);
  const choices = all.map((secret) => ({ name: secret.name, detail: secret.origin, value: secret }));
  return pickSecret(title, choices, (secret) => store.has(secret));
}
