import { createHash } from "node:crypto";
import { incidentLink } from "../../documents/pageMessages.ts";
import { renderJson } from "../../documents/template.ts";
import { type Moment, recentMoments, tellerOf } from "../../domain/drop/handoverMoments.ts";
import { countdownName } from "../../domain/incident/clock.ts";
import { type Handover, isReleased } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { remoteUrl } from "../../git/push.ts";
import type { Secrets } from "../../signals/secrets.ts";
import type { Project } from "../project/project.ts";
import { withFileLock } from "../project/withFileLock.ts";
import { forgeHosts, forgeRepository } from "../undo/forge.ts";
import { deliveryTo, missingSecret, secretOf } from "./channels.ts";
import { type DeliveryOptions, deliver } from "./delivery.ts";
import { humanSecrets, secretsInForce } from "./secretsInForce.ts";

interface HandoverOptions extends DeliveryOptions {
  secrets: Secrets;
}

/** What came of telling a moment. */
interface Told {
  moment: Moment;
  /** Counts from 1, as the policy lists them. */
  handover: number;
  /** Null: it was sent. */
  failed: string | null;
}

/**
 * Tells pagers and chats what happened lately and was not told yet, as the policy in force wants it. Each moment is told
 * once, however many clones see it: whoever is about to tell it says so on record, and of two the first one does. What
 * could not be sent is tried again by whoever comes next.
 */
export async function handOver(project: Project, options: HandoverOptions): Promise<Told[]> {
  const inForce = await project.policy();
  const { handover } = inForce.policy;
  // Nothing is sent for a policy that nobody has put on the release branch.
  if (handover.length === 0 || !isReleased(inForce) || !project.trusted || !project.repository) return [];
  if (project.lookBackTo !== null) return [];
  const told: Told[] = [];
  for (const wish of await pending(project, handover)) {
    const { key, moment, number } = wish;
    const work = { name: `handover-${key}`, busy: "It is being told at this moment", wayOut: "wait for it" };
    try {
      const sent = await withFileLock(project.repository.commonDir, work, () => tell(project, wish, options));
      if (sent) told.push({ moment, handover: number, failed: null });
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      told.push({ moment, handover: number, failed: error.message });
    }
  }
  return told;
}

interface Wish {
  moment: Moment;
  handover: Handover;
  number: number;
  key: string;
}

async function pending(project: Project, handovers: readonly Handover[]): Promise<Wish[]> {
  const { release } = await project.read();
  const now = project.now();
  const moments = recentMoments(release, now);
  return handovers.flatMap((handover, i) =>
    moments
      .filter(({ on }) => handover.on.includes(on))
      .map((moment) => ({ moment, handover, number: i + 1, key: keyOf(moment, handover) }))
      .filter(({ key, moment: { subject } }) => tellerOf(release.log.of(subject), key, now) === null),
  );
}

/** The same in every clone, so that the other side can tell that it is one message. */
function keyOf({ on, cause }: Moment, { channel }: Handover): string {
  const place = channel.kind === "webhook" ? channel.url : channel.secret;
  return createHash("sha256")
    .update(JSON.stringify([on, cause, channel.kind, place]))
    .digest("hex")
    .slice(0, 32);
}

/** @returns False where somebody else tells it. */
async function tell(
  project: Project,
  { moment, handover, key }: Wish,
  options: HandoverOptions,
): Promise<boolean> {
  const { subject, on } = moment;
  const teller = async () => {
    await project.sync();
    const { release } = await project.read();
    return tellerOf(release.log.of(subject), key, project.now());
  };
  if ((await teller()) !== null) return false;
  const draft = (state: "claimed" | "sent") => ({
    subject,
    type: "handover",
    data: { key, state, on },
    at: project.now(),
  });
  const [claim] = await project.append([draft("claimed")]);
  if ((await teller()) !== claim!.id) return false;
  await deliver(await deliveryOf(project, moment, handover, key, options.secrets), options);
  await project.append([draft("sent")]);
  return true;
}

async function deliveryOf(
  project: Project,
  moment: Moment,
  { channel }: Handover,
  key: string,
  given: Secrets,
) {
  const secrets = humanSecrets(secretsInForce(project, given));
  const facts = await factsOf(project, moment, key);
  if (channel.kind === "slack") return deliveryTo(channel, sentenceOf(moment, facts.link), key, secrets);
  const { body } = channel;
  const wanted = secretOf(channel);
  // A key that stands in the body goes into no header.
  const inBody = body !== null && wanted !== null && /\{\{-?\s*secret\b/.test(body);
  const secret = inBody ? await secrets(wanted.name, wanted.origin) : null;
  if (inBody && !secret) throw missingSecret(channel.name, wanted.name);
  const text =
    body === null
      ? JSON.stringify(facts)
      : renderJson(
          { path: `The body of ${channel.name}`, text: body },
          { ...facts, ...(inBody ? { secret } : {}) },
        );
  const delivery = await deliveryTo(inBody ? { ...channel, secret: null } : channel, text, key, secrets);
  return inBody ? { ...delivery, secret } : delivery;
}

/** What a body may name; null where it is not known. */
async function factsOf(project: Project, moment: Moment, key: string) {
  const { policy } = await project.policy();
  const { on, incident, drop, clock, dueAt, at } = moment;
  return {
    event: on,
    title: incident?.title ?? (drop === null ? null : `${drop} was rolled back`),
    severity: incident?.severity ?? null,
    service: policy.service,
    incident: incident?.id ?? null,
    drop,
    clock: clock && countdownName(clock),
    due: dueAt === null ? null : formatInstant(dueAt),
    at: formatInstant(at),
    link: incident ? incidentLink(incident) : await repositoryPage(project),
    key,
  };
}

async function repositoryPage(project: Project): Promise<string | null> {
  const { repository } = project;
  const anchor = await project.anchor();
  const remote = anchor && "remote" in anchor ? anchor.remote : null;
  if (!repository || remote === null) return null;
  const { git } = repository;
  return forgeRepository(await remoteUrl(git, remote), process.env, await forgeHosts(git))?.web ?? null;
}

const TITLES = { opened: "Incident opened", breached: "Breached", undone: "Rolled back" } as const;

function sentenceOf({ on, incident, drop, clock }: Moment, link: string | null): string {
  const what = incident
    ? `${plainText(incident.title, 200)} (${incident.severity})`
    : plainText(drop ?? "", 60);
  const parts = [
    clock === null ? [] : [countdownName(clock)],
    drop === null ? [] : [plainText(drop, 60)],
    link ?? [],
  ];
  const text = [`${TITLES[on]}: ${what}`, ...parts.flat()].join(" · ");
  // What Slack would read as a link or a mention.
  return text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[letter]!);
}
