import { isBackDated, type Mark } from "../domain/incident/incident.ts";
import { nameOf as nameIn } from "../domain/mail.ts";
import { plainText } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { minuteInUtc } from "./dateFormat.ts";

/** The name in `Name <mail>`: documents name people, and leave their addresses to git. */
export function nameOf(by: string): string {
  return plainText(nameIn(by) || by, 80);
}

/** How a milestone is known, where that matters; null for one that was entered as it happened. */
export function noteOn(mark: Mark): string | null {
  if (mark.assumed) return "assumed";
  if (mark.event !== null && isBackDated(mark)) {
    return `back-dated: entered ${minuteInUtc(mark.recorded)} by ${nameOf(mark.by)}`;
  }
  return null;
}

export const isoOrNull = (at: Instant | null) => (at === null ? null : formatInstant(at));
