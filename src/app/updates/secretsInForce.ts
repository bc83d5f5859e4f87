import { isReleased, type Policy, type Signal } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { FetchHttp, type SignalSource } from "../../signals/http.ts";
import { ReadingFailed, type Secrets } from "../../signals/secrets.ts";
import { openSource } from "../../signals/signalSource.ts";
import type { Project } from "../project/project.ts";
import { secretOf } from "./channels.ts";

/** Opens the sources of signals over HTTP, with the secrets that the policy in force names. */
export function httpSources(
  project: Pick<Project, "policy">,
  secrets: Secrets,
  fetchBy: typeof fetch = fetch,
): (source: Signal["source"]) => SignalSource {
  const http = new FetchHttp({ fetch: fetchBy, secrets: secretsInForce(project, secrets) });
  return (source) => openSource(source, http);
}

/**
 * Secrets for what the policy in force names, and for nothing else: a policy that lies in a work tree, or came with a
 * branch that somebody is only looking at, gets none, whatever it asks for.
 * @throws {ReadingFailed} in place of an answer, where the policy in force does not name the secret for that address.
 */
export function secretsInForce(project: Pick<Project, "policy">, secrets: Secrets): Secrets {
  return async (name, origin) => {
    const inForce = await project.policy();
    const shown = plainText(name, 60);
    if (!isReleased(inForce)) {
      const branch = inForce.branch === undefined ? "the release branch" : plainText(inForce.branch, 60);
      const why = inForce.doubt ?? `The policy that names it is not on ${branch} yet; put it there first.`;
      throw new ReadingFailed(`The secret “${shown}” is not read. ${why}`, "unset");
    }
    if (!isNamed(inForce.policy, name, origin)) {
      const sentence = `The secret “${shown}” is not read: the policy in force does not send it to this address any more.`;
      throw new ReadingFailed(sentence, "unset");
    }
    return secrets(name, origin);
  };
}

function isNamed({ signals, updates, handover }: Policy, name: string, origin: string): boolean {
  const bySignal = signals.some(
    ({ source: { auth, url } }) => auth?.secret === name && new URL(url).origin === origin,
  );
  if (bySignal) return true;
  return [...updates.channels, ...handover.map(({ channel }) => channel)].some((channel) => {
    const wanted = secretOf(channel);
    return wanted !== null && wanted.name === name && wanted.origin === origin;
  });
}

/** The same for whoever shows a refusal to people. */
export const humanSecrets =
  (secrets: Secrets): Secrets =>
  async (name, origin) => {
    try {
      return await secrets(name, origin);
    } catch (error) {
      if (error instanceof ReadingFailed) throw new HumanError("refused", error.message, { cause: error });
      throw error;
    }
  };
