import type { Incident } from "../incident/incident.ts";
import type { Instant } from "../time/instant.ts";

/** The words of public status pages, in the order in which an incident goes through them. */
export const PUBLIC_STATUSES = ["investigating", "identified", "monitoring", "resolved"] as const;
export type PublicStatus = (typeof PUBLIC_STATUSES)[number];

export const PUBLIC_STATUS_TITLES: Record<PublicStatus, string> = {
  investigating: "Investigating",
  identified: "Identified",
  monitoring: "Monitoring",
  resolved: "Resolved",
};

export const isPublicStatus = (value: unknown): value is PublicStatus =>
  (PUBLIC_STATUSES as readonly unknown[]).includes(value);

/** One message to customers: an `updated` event that was not retracted. */
export interface PublicUpdate {
  at: Instant;
  /** Null if it was marked by hand, without a status. */
  status: PublicStatus | null;
  /** As it was entered or sent, not yet inert; null if it was not recorded. */
  text: string | null;
  /** It was sent through a channel, after someone had seen exactly this text. */
  sent: boolean;
  /** Counts from 1. */
  round: number;
  event: string;
}

/**
 * The incident's public status: by its milestones, and never behind what customers were told
 * last since it began or was reopened. No milestone says that the cause is identified; a person does, in an update.
 */
export function publicStatus(incident: Incident): PublicStatus {
  const { marks, number } = incident.round;
  const reached = marks.resolved ? "resolved" : marks.mitigated ? "monitoring" : "investigating";
  const told = publicUpdates(incident).findLast(({ round, status }) => round === number && status !== null);
  return told?.status ? later(reached, told.status) : reached;
}

/** Every customer update that was not retracted, in the order of truth. */
export function publicUpdates({ events, retracted }: Pick<Incident, "events" | "retracted">): PublicUpdate[] {
  const updates: PublicUpdate[] = [];
  const told = new Set<unknown>();
  let round = 1;
  for (const { id, type, at, data } of events) {
    if (retracted.has(id)) continue;
    if (type === "reopened") round++;
    if (type !== "updated") continue;
    // Two machines may have sent one update at once, each to a channel of its own.
    if (typeof data.update === "string" && told.has(data.update)) continue;
    told.add(data.update);
    const status = isPublicStatus(data.status) ? data.status : null;
    const text = typeof data.text === "string" && data.text.trim() !== "" ? data.text : null;
    updates.push({ at, status, text, sent: isUpdateFile(data.update), round, event: id });
  }
  return updates;
}

/** The names of update files; anything else that claims to be one was never shown to a person before it was sent. */
const isUpdateFile = (path: unknown) =>
  typeof path === "string" && /^[^\p{C}<>:"|?*\\]{1,300}-[1-9]\d{0,5}\.md$/u.test(path);

const later = (a: PublicStatus, b: PublicStatus) =>
  PUBLIC_STATUSES.indexOf(a) >= PUBLIC_STATUSES.indexOf(b) ? a : b;
