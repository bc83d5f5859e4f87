import { breachedClocks, isLive, mostUrgent, type Status, statusAt } from "../../domain/drop/status.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Project, Reading, ServiceReading } from "../project/project.ts";
import { dropReport, windowReport } from "./report.ts";

/** One of several services as it stands. */
export interface ServiceStatus extends ServiceReading {
  status: Status;
}

/** Several services as they stand. */
export interface ServicesStatus {
  /** What is on record of all of them, and of none. */
  whole: { reading: Reading; status: Status };
  /** The most urgent first. */
  services: ServiceStatus[];
}

/** Reads all services at once. @param project As any of them. */
export async function readServicesStatus(project: Project): Promise<ServicesStatus> {
  const { whole, services } = await project.readServices();
  const at = project.now();
  const standing = services.map((each) => ({ ...each, status: statusAt(each.reading.release, at) }));
  return {
    whole: { reading: whole, status: statusAt(whole.release, at) },
    services: standing.sort(byUrgency),
  };
}

/** The one with the clock that runs out first, else the one that has to be watched, else the one that shipped last. */
function byUrgency({ status: a }: ServiceStatus, { status: b }: ServiceStatus): number {
  return (
    leastLeft(a) - leastLeft(b) ||
    Number(b.open.length > 0) - Number(a.open.length > 0) ||
    Number(b.watch.state === "open") - Number(a.watch.state === "open") ||
    (b.drop?.shippedAt ?? 0) - (a.drop?.shippedAt ?? 0)
  );
}

function leastLeft({ open }: Status): number {
  const urgent = mostUrgent(open);
  return urgent && isLive(urgent.clock) ? (urgent.clock.remainingMs ?? FAR) : FAR;
}

const FAR = 1e16;

/** A service as JSON, short: what tells whether somebody has to look at it. */
export function serviceReport({ service, reading, status }: ServiceStatus) {
  const { drop, dropMissing, watch, open, drills } = status;
  const iso = (at: number | null) => (at === null ? null : formatInstant(at));
  return {
    name: service,
    service: reading.release.policy.policy.service,
    drop: drop && dropReport(drop),
    dropMissing,
    watch: windowReport(watch),
    incidents: open.map(({ incident }) => incident.id),
    breached: breachedClocks(open).length,
    drills: { last: iso(drills.last), dueAt: iso(drills.dueAt), overdue: drills.overdue },
  };
}
