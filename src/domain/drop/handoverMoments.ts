import type { LedgerEvent } from "../event/event.ts";
import type { HandoverMoment } from "../policy/policy.ts";
import type { CountdownName } from "../policy/terms.ts";
import type { Instant } from "../time/instant.ts";
import type { Release } from "./release.ts";
import { countdownsOf, statusAt } from "./status.ts";

/** Something that a pager or a chat may have to be told. */
export interface Moment {
  on: HandoverMoment;
  /** What it is about: `incident/<id>` or `drop/<tag>`. */
  subject: string;
  /** The same for the same moment in every clone. */
  cause: string;
  at: Instant;
  /** The incident; of an undo the one that it was for. Null: none. */
  incident: { id: string; title: string; severity: string; openedEvent: string } | null;
  drop: string | null;
  /** Of a breach. */
  clock: CountdownName | null;
  dueAt: Instant | null;
}

/** Milliseconds after which nobody is called any more: a policy that names a pager calls for nothing of last week. */
const RECENT_MS = 24 * 3_600_000;

/** What happened lately. None of tests and drills. */
export function recentMoments(release: Release, now: Instant): Moment[] {
  const moments: Moment[] = [];
  for (const { incident, ...status } of statusAt(release, now).open) {
    if (incident.kind !== "real") continue;
    const { id, title, drop, openedEvent, round } = incident;
    const about = {
      subject: `incident/${id}`,
      incident: { id, title, severity: round.severity, openedEvent },
      drop,
    };
    const opened = release.log.of(about.subject).find((event) => event.id === openedEvent);
    const none = { clock: null, dueAt: null };
    moments.push({
      on: "opened",
      cause: openedEvent,
      at: opened?.recorded ?? incident.openedAt,
      ...about,
      ...none,
    });
    for (const { name, state, dueAt } of countdownsOf({ incident, ...status }))
      if (state === "breached" && dueAt !== null) {
        const cause = `${openedEvent} ${round.number} ${name}`;
        moments.push({ on: "breached", cause, at: dueAt, ...about, clock: name, dueAt });
      }
  }
  for (const { tag } of release.drops) {
    const subject = `drop/${tag}`;
    for (const event of release.log.of(subject))
      if (event.type === "rolled-back") moments.push(undone(release, tag, event));
  }
  return moments.filter(({ at }) => now - at < RECENT_MS);
}

function undone(release: Release, tag: string, { id, subject, recorded, data }: LedgerEvent): Moment {
  const named = typeof data.incident === "string" ? release.incident(data.incident) : null;
  const incident = named && {
    id: named.id,
    title: named.title,
    severity: named.round.severity,
    openedEvent: named.openedEvent,
  };
  return { on: "undone", subject, cause: id, at: recorded, incident, drop: tag, clock: null, dueAt: null };
}

/** Milliseconds for which nobody else tells what somebody is about to tell. */
const CLAIM_MS = 120_000;

/**
 * Whose it is to tell a moment: the first that said so lately, in the order of the record, which all clones share.
 * @returns `sent`: nobody's any more. Null: nobody has it.
 */
export function tellerOf(events: readonly LedgerEvent[], key: string, now: Instant): "sent" | string | null {
  const mine = events.filter(({ type, data }) => type === "handover" && data.key === key);
  if (mine.some(({ data }) => data.state === "sent")) return "sent";
  const claims = mine.filter(({ recorded }) => now - recorded < CLAIM_MS);
  const [first] = claims.sort((a, b) => a.recorded - b.recorded || (a.id < b.id ? -1 : 1));
  return first?.id ?? null;
}
