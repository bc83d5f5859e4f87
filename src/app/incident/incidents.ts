import type { Drop } from "../../domain/drop/drop.ts";
import type { Release } from "../../domain/drop/release.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import {
  incidentId,
  refuseFuture,
  refuseMark,
  refuseMove,
  refusePause,
  refuseReopen,
  refuseRetract,
  refuseSeverity,
} from "../../domain/incident/entry.ts";
import {
  ASSUMED_SHIPPING,
  type Incident,
  type IncidentKind,
  LONGEST_TITLE,
} from "../../domain/incident/incident.ts";
import { incidentStatus } from "../../domain/incident/incidentStatus.ts";
import { writeTerms } from "../../domain/policy/notation.ts";
import { type Milestone, SEVERITIES, type Severity } from "../../domain/policy/terms.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { CLOCK_TOLERANCE_MS, formatInstant, type Instant } from "../../domain/time/instant.ts";
import { SubjectTaken } from "../../ledger/ledger.ts";
import { mustBeDrop } from "../drop/dropNamed.ts";
import type { Draft, Project } from "../project/project.ts";

interface Declaration {
  title: string;
  severity?: Severity;
  /** Left out: when the drop shipped, marked as assumed. */
  started?: Instant;
  /** Left out: now. */
  detected?: Instant;
  /** Left out: the drop that was current when it began. Null: no drop. */
  drop?: string | null;
  kind?: IncidentKind;
}

/** Declares an incident: opened, started and detected go on record together. */
export async function declareIncident(
  project: Project,
  wish: Declaration,
): Promise<{ id: string; events: StoredEvent[] }> {
  const title = plainText(wish.title, LONGEST_TITLE);
  if (title === "")
    throw new HumanError("usage", "An incident needs a title; say in a few words what people see.");
  const { release } = await project.read();
  const now = project.now();
  const detected = wish.detected ?? project.happenedAt;
  const drop = wish.drop === undefined ? currentDrop(release, wish) : dropOf(release, wish.drop);
  const started = startOf(wish, drop, detected);
  refuse(refuseFuture("Detected", detected, now) ?? refuseFuture("Impact started", started.at, now));
  if (started.at > detected) {
    throw new HumanError(
      "usage",
      `Impact cannot start (${formatInstant(started.at)}) after it was detected (${formatInstant(detected)}); give an earlier start.`,
    );
  }
  const severity = wish.severity ?? "critical";
  const openedAt = Math.max(project.happenedAt, detected);
  const open = (id: string) =>
    project.append(
      openingDrafts(release, { ...wish, id, title, severity, drop, started, detected }, openedAt),
      {
        begins: `incident/${id}`,
      },
    );
  // Somebody may declare another one of that title at this moment, or have done so after the instant looked back to.
  const taken = new Set<string>();
  for (;;) {
    const id = incidentId(title, detected, (each) => taken.has(each) || release.log.has(`incident/${each}`));
    try {
      return { id, events: await open(id) };
    } catch (error) {
      if (!(error instanceof SubjectTaken)) throw error;
      taken.add(id);
    }
  }
}

/** An incident of which everything is known that opens it. */
interface Opening {
  id: string;
  title: string;
  severity: Severity;
  drop: { tag: string } | null;
  /** `data` where nobody has said it. */
  started: { at: Instant; data?: Record<string, unknown> };
  detected: Instant;
  kind?: IncidentKind;
}

/** What opens an incident, to go on record together. */
export function openingDrafts({ policy }: Release, opening: Opening, now: Instant): Draft[] {
  const { id, title, severity, drop, started, detected, kind = "real" } = opening;
  const subject = `incident/${id}`;
  const data = { title, severity, drop: drop?.tag ?? null, kind, policy: writeTerms(policy.policy) };
  return [
    // At the very instant of the detection, so that it comes first on the timeline.
    { subject, type: "opened", at: now, data },
    { subject, type: "started", at: started.at, data: started.data ?? {} },
    { subject, type: "detected", at: detected },
  ];
}

interface MarkWish {
  at?: Instant;
  /** Milestones keep it under their own key: how it was mitigated, what customers were told, the post-mortem's path. */
  text?: string;
  channel?: string;
}

export async function markMilestone(
  project: Project,
  ref: string,
  milestone: Milestone,
  wish: MarkWish = {},
) {
  const incident = await incidentNamed(project, ref);
  const now = project.now();
  const at = wish.at ?? project.happenedAt;
  refuse(refuseMark(incident, milestone, at, now));
  return project.append([
    { subject: subjectOf(incident), type: milestone, at, data: markData(milestone, wish) },
  ]);
}

/** Puts a milestone at another instant: the mark that stands is retracted, the new one entered, together. */
export async function moveMilestone(project: Project, ref: string, milestone: Milestone, at: Instant) {
  const incident = await incidentNamed(project, ref);
  const mark = incident.round.marks[milestone];
  const now = project.now();
  refuse(refuseMove(incident, milestone, at, now));
  const subject = subjectOf(incident);
  const old = mark?.event ? incident.events.find(({ id }) => id === mark.event) : undefined;
  const { assumed: _, shipping: __, clock: ___, ...data } = old?.data ?? {};
  const drafts: Draft[] = [{ subject, type: milestone, at, data }];
  if (old)
    drafts.unshift({
      subject,
      type: "retracted",
      // The day and the hour are told as whoever moved it saw them.
      data: { event: old.id, why: `moved to ${formatInstant(at)}`, zone: ownZone() },
    });
  return project.append(drafts);
}

export async function changeSeverity(project: Project, ref: string, to: Severity, why: string) {
  if (!SEVERITIES.includes(to)) {
    throw new HumanError(
      "usage",
      `“${plainText(to)}” is not a severity; use one of ${SEVERITIES.join(", ")}.`,
    );
  }
  const incident = await incidentNamed(project, ref);
  if (incident.round.severity === to)
    throw new HumanError("usage", `Incident ${incident.id} is ${to} already.`);
  refuse(refuseFuture("The change", project.happenedAt, project.now()));
  refuse(project.happenedAtGiven === null ? null : refuseSeverity(incident, project.happenedAtGiven));
  return project.append([{ subject: subjectOf(incident), type: "severity", data: { to, why: reason(why) } }]);
}

export async function setPaused(project: Project, ref: string, paused: boolean, why: string) {
  const incident = await incidentNamed(project, ref);
  refuse(refuseFuture(paused ? "The pause" : "Resuming", project.happenedAt, project.now()));
  const { state } = incidentStatus(incident, project.now());
  refuse(refusePause(incident, paused, state, project.happenedAtGiven));
  const type = paused ? "paused" : "resumed";
  return project.append([{ subject: subjectOf(incident), type, data: { why: reason(why) } }]);
}

export async function reopenIncident(project: Project, ref: string, why: string) {
  const incident = await incidentNamed(project, ref);
  refuse(refuseFuture("Reopening", project.happenedAt, project.now()));
  const { state } = incidentStatus(incident, project.now());
  refuse(refuseReopen(incident, state, project.happenedAtGiven ?? undefined));
  return project.append([{ subject: subjectOf(incident), type: "reopened", data: { why: reason(why) } }]);
}

export async function addNote(project: Project, ref: string, text: string, at?: Instant) {
  const incident = await incidentNamed(project, ref);
  if (text.trim() === "") throw new HumanError("usage", "A note needs a text.");
  const happened = at ?? project.happenedAt;
  refuse(refuseFuture("The note", happened, project.now()));
  return project.append([{ subject: subjectOf(incident), type: "note", at: happened, data: { text } }]);
}

/**
 * Hands an incident over; each handover is an entry of its own.
 * @param who `Name <mail>` or a name; left out: whoever works here.
 * @throws {HumanError} where that person leads it already.
 */
export async function ownIncident(project: Project, ref: string, who?: string) {
  const incident = await incidentNamed(project, ref);
  const owner = plainText(who ?? (await project.author()), LONGEST_OWNER);
  if (owner === "")
    throw new HumanError("usage", "Name who leads it, or leave the name out to lead it yourself.");
  refuse(refuseFuture("The handover", project.happenedAt, project.now()));
  if (incident.owner?.who === owner)
    throw new HumanError("usage", `${shownName(owner, 80)} leads incident ${incident.id} already.`);
  return project.append([{ subject: subjectOf(incident), type: "owned", data: { owner } }]);
}

const LONGEST_OWNER = 200;

/** @param event The event's id, or an ending of it that names one event only. */
export async function retractEvent(project: Project, ref: string, event: string, why: string) {
  const incident = await incidentNamed(project, ref);
  const wanted = event.toUpperCase();
  const matches = incident.events.filter(
    ({ id }) => id === wanted || (wanted.length >= 4 && id.endsWith(wanted)),
  );
  if (matches.length > 1)
    throw new HumanError("usage", `Several events end with ${wanted}; give the whole id.`);
  const id = matches[0]?.id ?? event;
  refuse(refuseRetract(incident, id));
  return project.append([
    { subject: subjectOf(incident), type: "retracted", data: { event: id, why: reason(why) } },
  ]);
}

/** Judges the incident by the policy of today from now on. */
export async function repolicyIncident(project: Project, ref: string, why: string) {
  const incident = await incidentNamed(project, ref);
  const { policy } = await project.policy();
  const data = { policy: writeTerms(policy), why: reason(why) };
  return project.append([{ subject: subjectOf(incident), type: "repolicied", data }]);
}

/** The incident of an id, or of a beginning of it that names one incident only. */
export async function incidentNamed(project: Project, ref: string): Promise<Incident> {
  const { release } = await project.read();
  return findIncident(release, ref);
}

export function findIncident({ live, settled, incident }: Release, ref: string): Incident {
  const exact = incident(ref);
  if (exact) return exact;
  const ids = [...live, ...settled];
  const matches = ref === "" ? [] : ids.filter(({ id }) => id.startsWith(ref));
  const only = matches.length === 1 ? incident(matches[0]!.id) : null;
  if (only) return only;
  const shown = (matches.length > 0 ? matches : ids).slice(0, 5).map(({ id }) => id);
  const known =
    shown.length > 0
      ? `known: ${shown.join(", ")}`
      : "there are none yet; open one with: dropclock incident open --title …";
  const what =
    matches.length > 1
      ? `“${plainText(ref)}” names several incidents`
      : `There is no incident “${plainText(ref)}”`;
  throw new HumanError("usage", `${what}; ${known}.`);
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

const subjectOf = (incident: Incident) => `incident/${incident.id}`;

function markData(milestone: Milestone, { text, channel }: MarkWish): Record<string, unknown> {
  const key = milestone === "mitigated" ? "how" : milestone === "postmortem" ? "path" : "text";
  return { ...(text ? { [key]: text } : {}), ...(channel ? { channel } : {}) };
}

function dropOf(release: Release, wanted: string | null) {
  return wanted === null ? null : mustBeDrop(release, wanted);
}

/** A drop cannot have caused what was there before it shipped. */
function currentDrop({ current, currentAt }: Release, { started, detected }: Declaration) {
  const began = started ?? detected;
  return began === undefined ? current : currentAt(began + CLOCK_TOLERANCE_MS);
}

function startOf(wish: Declaration, drop: Drop | null, detected: Instant): Opening["started"] {
  if (wish.started !== undefined) return { at: wish.started };
  if (wish.drop && drop && drop.shippedAt > detected + CLOCK_TOLERANCE_MS) {
    throw new HumanError(
      "usage",
      `${plainText(drop.tag)} shipped (${formatInstant(drop.shippedAt)}) after this was detected (${formatInstant(detected)}), so nobody can assume when the impact started; say it, or name the drop before.`,
    );
  }
  if (!drop) return { at: detected, data: { assumed: true } };
  const data = drop.shippedAssumed ? ASSUMED_SHIPPING : { assumed: true };
  return { at: Math.min(drop.shippedAt, detected), data };
}

function reason(why: string): string {
  const text = plainText(why, 500);
  if (text === "") throw new HumanError("usage", 'This needs a reason; add --why "…".');
  return text;
}

function refuse(sentence: string | null): void {
  if (sentence) throw new HumanError("usage", sentence);
}
