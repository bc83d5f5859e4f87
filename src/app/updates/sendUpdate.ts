import { readUpdate } from "../../documents/update.ts";
import { plainMarkdown } from "../../documents/visibleText.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import { refuseMark } from "../../domain/incident/entry.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Channel } from "../../domain/policy/policy.ts";
import { type FindNames, leaksIn, leakWords, withoutEscapes } from "../../domain/public/leaks.ts";
import { PUBLIC_STATUSES, type PublicStatus, publicStatus } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { nearest } from "../../domain/text/nearest.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Secrets } from "../../signals/secrets.ts";
import { namesKnownTo } from "../documents/publicRecord.ts";
import { findIncident } from "../incident/incidents.ts";
import { readText } from "../project/files.ts";
import type { Draft, Project } from "../project/project.ts";
import { refuseUntrusted } from "../project/scaffold.ts";
import { type LockedWork, withFileLock } from "../project/withFileLock.ts";
import { deliveryTo, targetOf } from "./channels.ts";
import { type DeliveryOptions, deliver } from "./delivery.ts";
import { messageKey, publicId, textFor } from "./message.ts";
import { isTold, type Sent, sentAlready, updatePath, writtenUpdates } from "./scaffoldUpdate.ts";
import { humanSecrets, secretsInForce } from "./secretsInForce.ts";

/** An update as it would go out: what somebody is shown before they say yes. */
export interface PreparedUpdate {
  incident: Incident;
  channel: Channel;
  path: string;
  status: PublicStatus;
  /** What customers are told, as Markdown. */
  message: string;
  /** Exactly what is sent: the message in the channel's notation. */
  text: string;
  target: string;
  key: string;
  /** What in it should not get out, as people are told it; null: nothing was found. */
  leaks: string | null;
  /** When it was sent there already; then it is not sent again. */
  sent: Sent | null;
}

/**
 * Reads the newest update of an incident for a channel of the policy.
 * @throws {HumanError} where there is none, where it is not finished, or where there is no such channel.
 */
export async function prepareUpdate(
  project: Project,
  incidentRef: string,
  channelName: string,
): Promise<PreparedUpdate> {
  refuseUntrusted(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const incident = findIncident(release, incidentRef);
  const channel = channelNamed(policy.updates.channels, channelName);
  const number = (await writtenUpdates(project.root, policy, incident)).at(-1);
  if (number === undefined)
    throw new HumanError(
      "refused",
      `There is no update yet; write one first: dropclock update ${incident.id}`,
    );
  const path = updatePath(policy, incident, number);
  const text = await readText(project.root, path);
  const file = readUpdate(text ?? "");
  refuseUnfinished(path, file);
  const status = file.status ?? publicStatus(incident);
  const key = messageKey(incident.openedEvent, path, channel.name, `${status}\n${file.message}`);
  const findNames = await namesKnownTo(project, release);
  // It goes with the message to some channels, and nobody reads it there before.
  const leaky = policy.service !== null && leaksIn(policy.service, findNames).length > 0;
  const service = leaky ? null : policy.service;
  const at = formatInstant(project.now());
  const message = {
    text: plainMarkdown(file.message),
    markdown: file.message,
    status,
    title: titleOf(file.message),
    service,
    number,
    incident: publicId(incident.openedEvent),
    at,
    key,
  };
  const sent = sentAlready(incident, path);
  return {
    incident,
    channel,
    path,
    status,
    message: file.message,
    text: textFor(channel, message),
    target: targetOf(channel),
    key,
    leaks: leaksOf(file.message, findNames),
    sent: sent.find((each) => each.channel === channel.name) ?? null,
  };
}

interface SendingOptions extends DeliveryOptions {
  secrets: Secrets;
  copy: (text: string) => Promise<void>;
}

/**
 * Sends a prepared update and puts on record what was sent. One that the record holds already is not sent again.
 * @throws {HumanError} where it was not accepted; then nothing is on record, and a further try is safe.
 */
export async function sendUpdate(
  project: Project,
  prepared: PreparedUpdate,
  options: SendingOptions,
): Promise<{ events: StoredEvent[]; tries: number }> {
  refuseUntrusted(project);
  if (!project.repository) throw new HumanError("service", "There is no git repository here.");
  return withFileLock(project.repository.commonDir, theSending(prepared), () =>
    sendOnce(project, prepared, options),
  );
}

/** Of two that press at once one sends: a receiver that knows no keys would show both. */
const theSending = ({ key, path, channel }: PreparedUpdate): LockedWork => ({
  name: `send-${key}`,
  busy: `${plainText(path)} is being sent to ${channel.name} at this moment`,
  wayOut: "wait for it; if it was not accepted, send again",
});

async function sendOnce(
  project: Project,
  prepared: PreparedUpdate,
  options: SendingOptions,
): Promise<{ events: StoredEvent[]; tries: number }> {
  // A colleague may have pressed the button a moment ago.
  await project.sync();
  const { release } = await project.read();
  const incident = findIncident(release, prepared.incident.id);
  const { channel, path } = prepared;
  if (sentAlready(incident, path).some((each) => each.channel === channel.name))
    return { events: [], tries: 0 };
  const refusal = refuseMark(incident, "updated", project.happenedAt, project.now());
  if (refusal) throw new HumanError("usage", refusal);
  const tries = await post(project, prepared, options);
  return { events: await project.append(recordOf(incident, prepared)), tries };
}

async function post(
  project: Project,
  { channel, text, key }: PreparedUpdate,
  options: SendingOptions,
): Promise<number> {
  if (channel.kind === "clipboard") {
    await options.copy(text);
    return 1;
  }
  const delivery = await deliveryTo(
    channel,
    text,
    key,
    humanSecrets(secretsInForce(project, options.secrets)),
  );
  return (await deliver(delivery, options)).tries;
}

/** Each channel leaves its trace; customers are told once, by the first of them. */
function recordOf(
  incident: Incident,
  { channel, path, status, message, text, target, key }: PreparedUpdate,
): Draft[] {
  const subject = `incident/${incident.id}`;
  const sent = { channel: channel.name, target, text, update: path, status, key };
  const drafts: Draft[] = [{ subject, type: "sent", data: sent }];
  if (!isTold(incident, path)) {
    const data = { text: message, channel: channel.name, status, update: path };
    drafts.push({ subject, type: "updated", data });
  }
  return drafts;
}

function leaksOf(message: string, findNames: FindNames): string | null {
  // The marks of Markdown are not a prompt, and a list is no option.
  const lines = message.split("\n").map((line) => line.replace(/^\s*(?:#{1,6}|[-*+>]|\d+[.)])\s+/, ""));
  // Also what only a reader of the rendered text would see.
  const readings = lines.flatMap((line) => [...new Set([line, withoutEscapes(line)])]);
  const all = readings.flatMap((line) => leaksIn(line, findNames));
  if (all.length === 0) return null;
  const leaks = [...new Map(all.map((leak) => [leak.kind, leak])).values()];
  const found = leaks
    .map((leak) => `“${plainText(leak.found, 60)}”`)
    .slice(0, 5)
    .join(", ");
  return `it holds ${leakWords(leaks)}: ${found}`;
}

function channelNamed(channels: readonly Channel[], name: string): Channel {
  const channel = channels.find((each) => each.name === name);
  if (channel) return channel;
  const names = channels.map((each) => each.name);
  if (names.length === 0)
    throw new HumanError("usage", "The policy has no channels; add one under updates.channels.");
  const near = nearest(name, names);
  const hint = near ? `did you mean “${near}”? There are` : "there are";
  throw new HumanError("usage", `There is no channel “${plainText(name, 60)}”; ${hint} ${names.join(", ")}.`);
}

function refuseUnfinished(
  path: string,
  { badStatus, findings, message }: ReturnType<typeof readUpdate>,
): void {
  const shown = plainText(path);
  if (badStatus !== null)
    throw new HumanError(
      "refused",
      `${shown}: “${plainText(badStatus, 40)}” is no public status; use one of ${PUBLIC_STATUSES.join(", ")}.`,
    );
  const [first] = findings;
  if (first) throw new HumanError("refused", `${shown}:${first.from + 1}: ${first.message}`);
  if (message === "") throw new HumanError("refused", `${shown} is empty; write what customers are to know.`);
}

function titleOf(message: string): string | null {
  const heading = /^#\s+.+$/m.exec(message)?.[0];
  return heading === undefined ? null : plainMarkdown(heading) || null;
}
