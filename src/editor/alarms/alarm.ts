import { createHash } from "node:crypto";
import type { Countdown } from "../../domain/clock.ts";
import type { IncidentStatus } from "../../domain/incidentStatus.ts";
import { countdownsOf } from "../../domain/status.ts";
import { clockWords, roughly } from "../../domain/wording.ts";
import { messageText } from "../inert.ts";
import { shortName } from "../status/statusFace.ts";
import { BREACH, crossedShares } from "../time/level.ts";

/** A share of a clock's target that has been used up, and of which people are told once. */
export interface Alarm {
  status: IncidentStatus;
  clock: Countdown;
  share: number;
}

/** All alarms of the clocks that are live, ascending for each clock: the last one is the most serious. */
export function alarmsOf(open: readonly IncidentStatus[], warnAt: readonly number[]): Alarm[][] {
  return open.flatMap((status) =>
    countdownsOf(status)
      // Of the next update people are told when it is due: it comes round so often that warnings would be noise.
      .map((clock) =>
        crossedShares(clock, clock.name === "nextUpdate" ? [] : warnAt).map((share) => ({
          status,
          clock,
          share,
        })),
      )
      .filter((alarms) => alarms.length > 0),
  );
}

/**
 * Names an alarm over all windows and clones: the same incident, round, clock, target and share. A new target, after a
 * change of severity, is a new promise, so it warns anew.
 */
export function alarmKey({ status, clock, share }: Alarm): string {
  const { incident } = status;
  const parts: unknown[] = [incident.openedEvent, incident.round.number, clock.name, clock.targetMs, share];
  // Each update promises the next.
  if (clock.name === "nextUpdate") parts.push(clock.startedAt);
  // An id from another machine may hold anything; as a hash it is a file name and nothing else.
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
}

/** The sentence of a notification: what, of which incident, how long. */
export function alarmText({ status, clock, share }: Alarm): string {
  const title = messageText(status.incident.title, 100);
  const kind = status.incident.kind === "real" ? "" : ` (${status.incident.kind})`;
  if (clock.name === "nextUpdate")
    return `Customers of “${title}”${kind} wait for the next update: ${clockWords(clock)}.`;
  const name = shortName(clock.name);
  const subject = `${name[0]!.toUpperCase()}${name.slice(1)} clock of “${title}”${kind}`;
  const target = clock.targetMs === null ? "" : ` (target ${roughly(clock.targetMs)})`;
  const since = clock.remainingMs! > -60_000 ? "" : `, ${clockWords(clock)}`;
  if (share === BREACH) return `${subject} is breached${since}${target}.`;
  return `${subject} has used ${Math.round(share * 100)} %: ${clockWords(clock)}${target}.`;
}

/** One sentence for several at once, so that a window never fills with messages. */
export function alarmsText(alarms: readonly Alarm[]): string {
  const breached = alarms.filter(({ share }) => share === BREACH).length;
  const parts = [
    breached > 0 ? `${breached} breached` : "",
    alarms.length > breached ? `${alarms.length - breached} running out` : "",
  ];
  return `${alarms.length} clocks need attention: ${parts.filter(Boolean).join(", ")}.`;
}
