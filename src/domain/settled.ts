import type { LedgerEvent } from "./event/event.ts";
import { foldIncident, waitsForPostmortem } from "./incident/incident.ts";
import { incidentStatus } from "./incident/incidentStatus.ts";
import { SAMPLE_TARGETS } from "./policy/terms.ts";
import type { Instant } from "./time/instant.ts";

const INCIDENT = "incident/";

/**
 * When an incident was opened, where nothing but another event can change how it stands: it is closed and its
 * post-mortem is published, its terms are on record, no event of it lies in the future, and nobody doubts who entered them, or touched them since. Null otherwise.
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
