import { foldRelease, type Release } from "../../domain/drop/release.ts";
import type { EventLog } from "../../domain/event/event.ts";
import { inForceFor, servicesOf } from "../../domain/policy/serviceViews.ts";
import { serviceLog } from "../../domain/record/serviceLog.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Project, Reading } from "./project.ts";
import type { Taken } from "./projectSources.ts";

/** What one of several services takes of what was read. Most repositories are one service, and load none of this. */
interface ServicePart {
  /** Its part of a log. */
  own(log: EventLog): EventLog;
  /** The other services, as they are by the same log. */
  siblings(log: EventLog): { service: string; release: Release }[];
}

export function partOf(
  { inForce, history }: Taken,
  service: string,
  lookBackTo: Instant | null,
): ServicePart {
  const { policy } = inForce;
  return {
    own: (log) => serviceLog(log, policy, service),
    siblings: (log) =>
      servicesOf(policy)
        .filter((other) => other !== service)
        .map((other) => {
          const theirs = inForceFor(inForce, other)!;
          const events = serviceLog(log, policy, other);
          const facts = { ...history.of(theirs.policy), policy: theirs, events };
          return { service: other, release: foldRelease(facts, lookBackTo) };
        }),
  };
}

/** What is looked at, service by service: each of several, unless the project is one of them. */
export async function readEach(
  project: Project,
): Promise<{ service: string | null; project: Project; reading: Reading }[]> {
  if (project.service !== null || (await project.services()).length === 0)
    return [{ service: null, project, reading: await project.read() }];
  return (await project.readServices()).services;
}
