import type { Rehearsal } from "./drills.ts";
import { type Drop, findDrops, shippedEvents, type Tag } from "./drop.ts";
import { type DropRecord, foldDrop, noRecord } from "./dropRecord.ts";
import { asOf, bySubject, type LedgerEvent } from "./event.ts";
import { foldIncident, type Incident } from "./incident.ts";
import type { Instant } from "./instant.ts";
import type { PolicyInForce } from "./policy/policy.ts";

/** What git says about the release branch. */
export interface ReleaseBranch {
  name: string;
  ref: string;
  commit: string;
}

/** Everything that was read, before the laws apply. */
export interface ReleaseFacts {
  policy: PolicyInForce;
  branch: ReleaseBranch | null;
  /** Why there is no branch; null when there is one. */
  branchMissing: string | null;
  /** The tags reachable from the branch. */
  tags: readonly Tag[];
  events: readonly LedgerEvent[];
}

/** The release state of a repository: the fold of all that was read. Holds no instant; ask `statusAt`. */
export interface Release {
  policy: PolicyInForce;
  branch: ReleaseBranch | null;
  branchMissing: string | null;
  /** Newest first; the first is the current drop. */
  drops: Drop[];
  /** Newest first, by when they were opened. */
  incidents: Incident[];
  /** What is on record of each drop that anything is on record of, by its tag. */
  records: ReadonlyMap<string, DropRecord>;
  /** The drills on record, newest first. */
  drills: Rehearsal[];
  events: readonly LedgerEvent[];
}

/**
 * Folds what was read. With an instant it is the state as of then: later drops and events had not happened.
 */
export function foldRelease(facts: ReleaseFacts, lookBackTo: Instant | null = null): Release {
  const events = lookBackTo === null ? facts.events : asOf(facts.events, lookBackTo);
  const subjects = bySubject(events);
  const shipped = shippedEvents(subjects);
  const all = findDrops(facts.tags, facts.policy.policy.drops.tags, shipped);
  const drops = lookBackTo === null ? all : all.filter((drop) => drop.shippedAt <= lookBackTo);
  const shipTimes = new Map(drops.map((drop) => [drop.tag, drop.shippedAt]));
  const context = {
    terms: facts.policy.policy,
    shippedAt: (tag: string) => shipTimes.get(tag) ?? shipped.get(tag)?.at ?? null,
  };

  const incidents: Incident[] = [];
  const records = new Map<string, DropRecord>();
  for (const [subject, group] of subjects) {
    if (subject.startsWith("incident/")) {
      const incident = foldIncident(subject.slice("incident/".length), group, context);
      if (incident) incidents.push(incident);
    } else if (subject.startsWith("drop/")) {
      const tag = subject.slice("drop/".length);
      records.set(tag, foldDrop(tag, group));
    }
  }
  incidents.sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1));
  const drills = [...records.values()]
    .flatMap(({ rehearsals }) => rehearsals.filter(({ drill }) => drill))
    .sort((a, b) => b.at - a.at);
  const { policy, branch, branchMissing } = facts;
  return { policy, branch, branchMissing, drops, incidents, records, drills, events };
}

/** What is on record of a drop, be it nothing. */
export const recordOf = ({ records }: Pick<Release, "records">, tag: string): DropRecord =>
  records.get(tag) ?? noRecord(tag);
