import { DROP_CHECKS } from "../drop/dropRecord.ts";
import type { LedgerEvent } from "../event/event.ts";
import type { Check, Data } from "../event/eventChecks.ts";
import { COUNCIL_CHECKS } from "../gate/vote.ts";
import { foldIncident, INCIDENT_CHECKS, waitsForPostmortem } from "../incident/incident.ts";
import { incidentStatus } from "../incident/incidentStatus.ts";
import { SAMPLE_TARGETS } from "../policy/terms.ts";
import type { Instant } from "../time/instant.ts";

/** What the data of each type must contain. A type that is not here comes from a newer version: kept, and skipped. */
const CHECKS: Readonly<Record<string, Check>> = { ...INCIDENT_CHECKS, ...DROP_CHECKS, ...COUNCIL_CHECKS };

/** The types whose data is known, in a fixed order. */
export const KNOWN_TYPES: readonly string[] = Object.keys(CHECKS).sort();

/** Why the data of an event of a known type is malformed; null when it is fine or the type is unknown. */
export function checkEventData(type: string, data: Data): string | null {
  return Object.hasOwn(CHECKS, type) ? CHECKS[type]!(data) : null;
}

const INCIDENT = "incident/";

/**
 * When an incident was opened, if only another event can change its state: it is closed and its
 * post-mortem is published, its terms are recorded, no event of it is in the future, and none is in doubt. Else null.
 * @param events Of the one subject, in the order of truth.
 */
export function settledSince(
  subject: string,
  events: readonly LedgerEvent[],
  instant: Instant,
): Instant | null {
  if (!subject.startsWith(INCIDENT)) return null;
  if (
    events.some(
      ({ at, recorded, enteredBy, touched }) =>
        Math.max(at, recorded) > instant || enteredBy !== undefined || touched !== undefined,
    )
  )
    return null;
  const incident = foldIncident(subject.slice(INCIDENT.length), events, {
    terms: { targets: SAMPLE_TARGETS, calendar: "always" },
    shippedAt: () => null,
  });
  if (!incident?.termsOnRecord || incidentStatus(incident, instant).state !== "closed") return null;
  if (waitsForPostmortem(incident)) return null;
  return incident.openedAt;
}
