import type { Rehearsal } from "./drills.ts";
import { type Drop, findDrops, shippedEvents, type Tag } from "./drop.ts";
import { type DropRecord, foldDrop, noRecord } from "./dropRecord.ts";
import { asOf, type LedgerEvent } from "./event.ts";
import { type EventLog, eventLogOf } from "./eventLog.ts";
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
  events: readonly LedgerEvent[] | EventLog;
}

/** An incident that was over when it was last looked at. */
export interface SettledIncident {
  id: string;
  openedAt: Instant;
  /** Null where its opening does not count by the policy of today. */
  fold(): Incident | null;
}

/** What `statusAt` judges. */
export interface ReleaseState {
  policy: PolicyInForce;
  branch: ReleaseBranch | null;
  branchMissing: string | null;
  /** Newest first; the first is the current drop. */
  drops: Drop[];
  /** The incidents that may still be going on or wait for their post-mortem, newest first, by when they were opened. */
  live: Incident[];
  /** The others, newest first. They are folded when somebody asks for them. */
  settled: readonly SettledIncident[];
  /** What is on record of each drop that anything is on record of, by its tag. */
  records: ReadonlyMap<string, DropRecord>;
  /** The drills on record, newest first. */
  drills: Rehearsal[];
}

/** The release state of a repository: the fold of all that was read. Holds no instant; ask `statusAt`. */
export interface Release extends ReleaseState {
  /** All of them, newest first. A long ledger is folded as a whole by this: `live` and `incident` do with a part. */
  readonly incidents: Incident[];
  /** All of them, in no particular order. A long ledger is read as a whole by this; `log` does with a part. */
  readonly events: readonly LedgerEvent[];
  /** The events by their subjects. */
  log: EventLog;
  /** The incident of an id; null where there is none. */
  incident(id: string): Incident | null;
}

/**
 * Folds what was read. With an instant it is the state as of then: later drops and events had not happened.
 */
export function foldRelease(facts: ReleaseFacts, lookBackTo: Instant | null = null): Release {
  const log = logOf(facts, lookBackTo);
  const subjects = log.live();
  const shipped = shippedEvents(subjects);
  const all = findDrops(facts.tags, facts.policy.policy.drops.tags, shipped);
  const drops = lookBackTo === null ? all : all.filter((drop) => drop.shippedAt <= lookBackTo);
  const shipTimes = new Map(drops.map((drop) => [drop.tag, drop.shippedAt]));
  const context = {
    terms: facts.policy.policy,
    shippedAt: (tag: string) => shipTimes.get(tag) ?? shipped.get(tag)?.at ?? null,
  };
  const fold = (id: string) => foldIncident(id, log.of(`${INCIDENT}${id}`), context);

  const live: Incident[] = [];
  const records = new Map<string, DropRecord>();
  for (const [subject, group] of subjects) {
    if (subject.startsWith(INCIDENT)) {
      const incident = fold(subject.slice(INCIDENT.length));
      if (incident) live.push(incident);
    } else if (subject.startsWith("drop/")) {
      const tag = subject.slice("drop/".length);
      records.set(tag, foldDrop(tag, group));
    }
  }
  live.sort(newestFirst);
  const settled = log
    .settled()
    .map(({ subject, openedAt }): SettledIncident => {
      const id = subject.slice(INCIDENT.length);
      return { id, openedAt, fold: () => fold(id) };
    })
    .sort(newestFirst);
  const drills = [...records.values()]
    .flatMap(({ rehearsals }) => rehearsals.filter(({ drill }) => drill))
    .sort((a, b) => b.at - a.at);
  const { policy, branch, branchMissing } = facts;
  let incidents: Incident[] | null = null;
  return {
    ...{ policy, branch, branchMissing, drops, live, settled, records, drills, log },
    incident: fold,
    get incidents() {
      incidents ??= [...live, ...folded(settled)].sort(newestFirst);
      return incidents;
    },
    get events() {
      return log.all();
    },
  };
}

function logOf({ events }: ReleaseFacts, lookBackTo: Instant | null): EventLog {
  const log = "live" in events ? events : eventLogOf(events);
  return lookBackTo === null ? log : eventLogOf(asOf(log.all(), lookBackTo));
}

const INCIDENT = "incident/";

const newestFirst = (a: Pick<Incident, "openedAt" | "id">, b: Pick<Incident, "openedAt" | "id">) =>
  b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1);

export const folded = (settled: readonly SettledIncident[]): Incident[] =>
  settled.map(({ fold }) => fold()).filter((incident) => incident !== null);

/** What is on record of a drop, be it nothing. */
export const recordOf = ({ records }: Pick<Release, "records">, tag: string): DropRecord =>
  records.get(tag) ?? noRecord(tag);
