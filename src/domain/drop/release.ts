import { asOf, type EventLog, eventLogOf, inOrder, type LedgerEvent } from "../event/event.ts";
import { foldIncident, type Incident } from "../incident/incident.ts";
import type { PolicyInForce } from "../policy/policy.ts";
import { compareVersions, nameMatcher } from "../text/tagNames.ts";
import type { Instant } from "../time/instant.ts";
import type { Rehearsal } from "./drills.ts";
import { type Drop, findDrops, isNamed, shippedEvents, type Tag, type UnplacedDrop } from "./drop.ts";
import {
  type AncestryGraph,
  type DropHistory,
  dropHistory,
  type ReleaseBranch,
  type ReleaseLine,
} from "./dropHistory.ts";
import { type DropRecord, foldDrop, noRecord } from "./dropRecord.ts";

/** A drop that was tagged, or one that may be: what risk, council and gate are about. */
export interface Candidate {
  /** Null while it has no tag. */
  tag: string | null;
  commit: string;
  /** The drop before it; null for the first one. Its content is from there to its commit. */
  previous: Drop | null;
}

/** What may be released next: from the current drop's branch, else from the first one with something new. */
export const nextDrop = (release: Pick<Release, "lines" | "current">): Candidate | null =>
  nextDrops(release)[0] ?? null;

/** What each release branch holds since its own current drop, that of the team's current one first. */
function nextDrops({ lines, current }: Pick<Release, "lines" | "current">): Candidate[] {
  const own = lines.find((line) => line.current === current);
  const ordered = own ? [own, ...lines.filter((line) => line !== own)] : lines;
  const ahead = ordered.filter(({ branch, current }) => branch.commit !== current?.commit);
  const tips = [...new Map(ahead.toReversed().map((line) => [line.branch.commit, line])).values()].reverse();
  return tips.map(({ branch, current: previous }) => ({ tag: null, commit: branch.commit, previous }));
}

/** Of several, the one that a new name continues: its last drop has the highest name below it; else the first. */
export function nextDropNamed(release: Pick<Release, "lines" | "current">, tag: string): Candidate | null {
  const all = nextDrops(release);
  const below = all
    .filter(({ previous }) => previous && compareVersions(previous.tag, tag) < 0)
    .sort((a, b) => compareVersions(b.previous!.tag, a.previous!.tag));
  return below[0] ?? all[0] ?? null;
}

/** A drop with the one before it. */
export function candidateOf(release: Pick<Release, "drops">, drop: Drop): Candidate {
  return { tag: drop.tag, commit: drop.commit, previous: previousOf(release, drop) };
}

/** The commits of a candidate, by their ends. */
export const rangeOf = ({ commit, previous }: Candidate) => ({ from: previous?.commit ?? null, to: commit });

/** What git says about the release branches and the tags. */
export interface HistoryFacts {
  /** The branches that drops are released from, in the policy's order. */
  branches: readonly ReleaseBranch[];
  /** Why there is none; null when there is one. */
  branchMissing: string | null;
  /** All tags, whether a branch has them or not. */
  tags: readonly Tag[];
  /** What the branches reach. */
  graph: AncestryGraph;
  /** The history of a branch is cut, as in a shallow clone: tags may be missing. */
  shallow?: boolean;
}

/** Everything that was read, before the laws apply. */
export interface ReleaseFacts extends HistoryFacts {
  policy: PolicyInForce;
  events: readonly LedgerEvent[] | EventLog;
}

/** An incident that was over when it was last looked at. */
export interface SettledIncident {
  id: string;
  openedAt: Instant;
  /** Null if its opening does not count under the current policy. */
  fold(): Incident | null;
}

/** What `statusAt` judges. */
export interface ReleaseState {
  policy: PolicyInForce;
  /** The branch of the current drop; where there is none, the first one. */
  branch: ReleaseBranch | null;
  branches: readonly ReleaseBranch[];
  branchMissing: string | null;
  /** The history of a branch is cut, so a missing drop means nothing. */
  shallow: boolean;
  /** Each before those it builds on, else the last shipped first. */
  drops: Drop[];
  /** Of the drops on the release branches, the one that shipped last. */
  current: Drop | null;
  /** Each branch with the drop that it holds. */
  lines: readonly ReleaseLine[];
  /** Matching tags that no release branch holds and that are newer than the current drop; the newest first. */
  newerTags: readonly UnplacedDrop[];
  /** Drops that are on record as shipped and that no release branch holds any more; the last shipped first. */
  lostDrops: readonly UnplacedDrop[];
  /** The incidents that may still be going on or wait for their post-mortem, newest first, by when they were opened. */
  live: Incident[];
  /** The others, newest first. They are replayed on demand. */
  settled: readonly SettledIncident[];
  /** What is recorded of each drop, by its tag; drops without any record are left out. */
  records: ReadonlyMap<string, DropRecord>;
  /** The drills on record, newest first. */
  drills: Rehearsal[];
}

/** The release state of a repository, replayed from everything that was read. Holds no instant; ask `statusAt`. */
export interface Release extends ReleaseState {
  /** All of them, newest first. This replays a whole ledger, however long; `live` and `incident` need only a part. */
  readonly incidents: Incident[];
  /** All of them, in no particular order. This reads a whole ledger, however long; `log` needs only a part. */
  readonly events: readonly LedgerEvent[];
  /** The events by their subjects. */
  log: EventLog;
  /**
   * The incident of an id; null where there is none.
   * @param supposed An event that somebody is about to enter: then it is the incident that would come of it.
   */
  incident(id: string, supposed?: LedgerEvent): Incident | null;
  /** The drops whose history holds another one. */
  laterThan(drop: Drop): Drop[];
  /** The drop that was the current one at an instant, by what is known today. */
  currentAt(instant: Instant): Drop | null;
}

/**
 * Replays what was read. With an instant it is the state as of then: later drops and events had not happened.
 */
export function foldRelease(facts: ReleaseFacts, lookBackTo: Instant | null = null): Release {
  const log = logOf(facts, lookBackTo);
  const subjects = log.live();
  const shipped = shippedEvents(subjects);
  const found = findDrops(facts.tags, nameMatcher(facts.policy.policy.drops.tags), shipped);
  const { drops, lines, unheld, contains } = historyAt(facts, found, lookBackTo);
  const current = currentOf(lines);
  const byName = new Map(drops.flatMap((drop) => drop.names.map((name) => [name, drop])));
  const context = {
    terms: facts.policy.policy,
    shippedAt: (tag: string) => {
      const drop = byName.get(tag);
      if (drop) return { at: drop.shippedAt, assumed: drop.shippedAssumed };
      const event = shipped.get(tag);
      return event ? { at: event.at, assumed: false } : null;
    },
  };
  const fold = (id: string, supposed?: LedgerEvent) => {
    const known = log.of(`${INCIDENT}${id}`);
    const events = supposed ? [...known, supposed].sort(inOrder) : known;
    const incident = foldIncident(id, events, context);
    const drop = incident?.drop == null ? undefined : byName.get(incident.drop);
    return incident && drop ? { ...incident, drop: drop.tag } : incident;
  };

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
  for (const drop of drops) {
    if (drop.names.length === 1) continue;
    const record = foldDrop(drop.tag, eventsOf(log, drop.names));
    for (const name of drop.names) records.set(name, record);
  }
  const newerTags = unheld.filter(
    ({ deleted, shippedAt }) => !deleted && shippedAt > (current?.shippedAt ?? -Infinity),
  );
  const { policy, branches, branchMissing, shallow = false } = facts;
  let incidents: Incident[] | null = null;
  return {
    ...{ policy, branches, branchMissing, shallow, drops, lines, current, live, settled, records, drills },
    log: withNames(log, drops),
    branch: branchOf(branches, current),
    newerTags,
    // What a shallow clone does not hold may well be on a branch.
    lostDrops: shallow
      ? []
      : unheld.filter((each) => !newerTags.includes(each) && each.names.some((name) => shipped.has(name))),
    incident: fold,
    laterThan: (drop) => drops.filter((each) => contains(each, drop)),
    currentAt: (instant) => currentOf(historyAt(facts, found, instant).lines),
    get incidents() {
      incidents ??= [...live, ...folded(settled)].sort(newestFirst);
      return incidents;
    },
    get events() {
      return log.all();
    },
  };
}

/** What had not shipped by then is skipped, and does not come between two others. */
function historyAt(
  { graph, branches }: HistoryFacts,
  found: readonly UnplacedDrop[],
  instant: Instant | null,
): DropHistory {
  const then = instant === null ? found : found.filter(({ shippedAt }) => shippedAt <= instant);
  return dropHistory(graph, branches, then);
}

/** Of two that shipped at one instant, that of the first branch. */
function currentOf(lines: readonly ReleaseLine[]): Drop | null {
  const currents = lines.map(({ current }) => current).filter((drop) => drop !== null);
  return currents.reduce<Drop | null>(
    (last, drop) => (last && last.shippedAt >= drop.shippedAt ? last : drop),
    null,
  );
}

const branchOf = (branches: readonly ReleaseBranch[], drop: Drop | null): ReleaseBranch | null =>
  branches.find(({ name }) => name === drop?.branch) ?? branches[0] ?? null;

/** The release as the branch of a drop has it: where that drop is undone, and what its next one is. */
export function lineOf(release: Release, drop: Drop): Release {
  const branch = branchOf(release.branches, drop);
  if (branch === release.branch) return release;
  const current = release.lines.find((line) => line.branch === branch)?.current ?? null;
  const line = { branch: { value: branch }, current: { value: current } };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(release), ...line }) as Release;
}

/** The drop that has this name among its tags. */
export const dropNamed = ({ drops }: Pick<Release, "drops">, tag: string | null): Drop | null =>
  drops.find((drop) => tag !== null && isNamed(drop, tag)) ?? null;

/** The drop before another one; null for the first. */
export const previousOf = (release: Pick<Release, "drops">, { previous }: Drop): Drop | null =>
  dropNamed(release, previous);

const eventsOf = (log: EventLog, names: readonly string[]) =>
  names.flatMap((name) => log.of(`drop/${name}`)).sort(inOrder);

/** Under each name of a drop, what is recorded under any of them. */
function withNames(log: EventLog, drops: readonly Drop[]): EventLog {
  const several = drops.filter(({ names }) => names.length > 1);
  if (several.length === 0) return log;
  const names = new Map(several.flatMap((drop) => drop.names.map((name) => [`drop/${name}`, drop.names])));
  const of = (subject: string) => {
    const all = names.get(subject);
    return all ? eventsOf(log, all) : log.of(subject);
  };
  return {
    size: log.size,
    live: () => log.live(),
    settled: () => log.settled(),
    of,
    has: (subject) => of(subject).length > 0,
    all: () => log.all(),
  };
}

function logOf({ events }: ReleaseFacts, lookBackTo: Instant | null): EventLog {
  const log = "live" in events ? events : eventLogOf(events);
  return lookBackTo === null ? log : eventLogOf(asOf(log.all(), lookBackTo));
}

const INCIDENT = "incident/";

const newestFirst = (a: Pick<Incident, "openedAt" | "id">, b: Pick<Incident, "openedAt" | "id">) =>
  b.openedAt - a.openedAt || (a.id < b.id ? 1 : -1);

const folded = (settled: readonly SettledIncident[]): Incident[] =>
  settled.map(({ fold }) => fold()).filter((incident) => incident !== null);

/** What is recorded of a drop, even if nothing is. */
export const recordOf = ({ records }: Pick<Release, "records">, tag: string): DropRecord =>
  records.get(tag) ?? noRecord(tag);
