import { incidentReport } from "../app/drop/report.ts";
import type { Project } from "../app/project/project.ts";
import type { StoredEvent } from "../domain/event/event.ts";
import { isBackDated } from "../domain/incident/incident.ts";
import { type IncidentStatus, incidentStatus } from "../domain/incident/incidentStatus.ts";
import type { Milestone } from "../domain/incidentEvents.ts";
import { parseInstant } from "../domain/time/instant.ts";
import type { Answer } from "./call/command.ts";
import { clocksAfter } from "./text/confirmation.ts";
import { LocalTime } from "./text/localTime.ts";

/** How an incident stands once something was entered. Null: its opening was taken back, and it is no more. */
export async function incidentAfter(project: Project, id: string) {
  const { release } = await project.read();
  const incident = release.incident(id);
  const { every } = release.policy.policy.updates;
  const status = incident ? incidentStatus(incident, project.now(), every) : null;
  return { status, report: status && incidentReport(status) };
}

/**
 * The answer to an entry: one sentence on what is now on record and what the clocks say.
 * @param done What was done, to go before the instant: “Mitigated”.
 */
export async function entered(
  project: Project,
  events: readonly StoredEvent[],
  done: string,
  milestone?: Milestone,
): Promise<Answer> {
  const event = events.at(-1)!;
  const id = event.subject.slice("incident/".length);
  const { status, report } = await incidentAfter(project, id);
  return {
    json: { id, event: event.id, incident: report },
    text: () => `${sentence(event, done, project.now())}${outcome(status, project.now(), milestone)}`,
  };
}

function sentence(event: StoredEvent, done: string, now: number): string {
  const at = parseInstant(event.at)!;
  const late = isBackDated({ at, recorded: parseInstant(event.recorded)! }) ? " (back-dated)" : "";
  return `${done} at ${new LocalTime(now).time(at)}${late}`;
}

function outcome(status: IncidentStatus | null, now: number, milestone?: Milestone): string {
  if (!status) return ": nothing opens this incident any more, so it is off the record of incidents.";
  const closed = status.state === "closed" ? " The incident is closed." : "";
  return `: ${clocksAfter(status.clocks, new LocalTime(now), milestone)}.${closed}`;
}
