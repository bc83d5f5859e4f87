import { COUNCIL_CHECKS } from "../councilEvents.ts";
import { DROP_CHECKS } from "../dropEvents.ts";
import type { Check, Data } from "../event/eventChecks.ts";
import { INCIDENT_CHECKS } from "../incidentEvents.ts";

/** What the data of each type must hold. A type that is not here comes from a newer version: kept, and passed over. */
const CHECKS: Readonly<Record<string, Check>> = { ...INCIDENT_CHECKS, ...DROP_CHECKS, ...COUNCIL_CHECKS };

/** The types whose data is known, in a fixed order. */
export const KNOWN_TYPES: readonly string[] = Object.keys(CHECKS).sort();

/** Why the data of an event of a known type is malformed; null when it is fine or the type is unknown. */
export function checkEventData(type: string, data: Data): string | null {
  return Object.hasOwn(CHECKS, type) ? CHECKS[type]!(data) : null;
}
