import type { Countdown } from "../incident/clock.ts";
import { type IncidentStatus, incidentStatus } from "../incident/incidentStatus.ts";
import { compileCalendar } from "../policy/calendar.ts";
import type { Policy, PolicyInForce } from "../policy/policy.ts";
import { ruleFor } from "../policy/terms.ts";
import { isExclusion, patternWords } from "../text/tagNames.ts";
import type { Instant } from "../time/instant.ts";
import { type Drills, drillsAt } from "./drills.ts";
import type { Drop, UnplacedDrop } from "./drop.ts";
import type { ReleaseBranch } from "./dropHistory.ts";
import type { ReleaseState, SettledIncident } from "./release.ts";

/** How long the watch window of the current drop is open. */
export interface WatchWindow {
  state: "open" | "closed";
  endsAt: Instant | null;
  remainingMs: number;
}

/** A drop and its watch window. */
export interface DropWatch {
  drop: Drop;
  watch: WatchWindow;
}

/** The release as it stands at an instant: what every surface shows. */
export interface Status {
  at: Instant;
  policy: PolicyInForce;
  drop: Drop | null;
  /** Whether that was rolled back. */
  undone: boolean;
  /** Why there is no drop; null when there is one. */
  dropMissing: string | null;
  /** Matching tags that no release branch holds and that are newer than the current drop; the newest first. */
  newerTags: readonly UnplacedDrop[];
  /** Drops that are on record as shipped and that no release branch holds any more; the last shipped first. */
  lostDrops: readonly UnplacedDrop[];
  branches: readonly ReleaseBranch[];
  /** The history of a branch is cut, so a missing drop, or a tag on no branch, means nothing. */
  shallow: boolean;
  /** Of the current drop. */
  watch: WatchWindow;
  /** Every drop whose watch window is open, the last shipped first: also one before the current drop, or of another branch. */
  watched: DropWatch[];
  /** What is not closed, the most urgent first, up to the limit that a person can look through. */
  open: IncidentStatus[];
  /** How many more are not closed, less urgent and not new; zero unless something is wrong with the ledger. */
  unlisted: number;
  /** What is closed, newest first: all of it. See `past` for how many there are, and for the newest. */
  readonly closed: IncidentStatus[];
  past: ClosedIncidents;
  drills: Drills;
}

/** Open incidents in a status, at most: in a flood, the worst must stay visible. */
export const MOST_OPEN = 500;

/** How many of them are the newest ones: someone may just have declared one, and looks for it. */
export const NEWEST_OPEN = 100;

export function statusAt(release: ReleaseState, instant: Instant): Status {
  const { every } = release.policy.policy.updates;
  const all = release.live.map((incident) => incidentStatus(incident, instant, every));
  const drop = release.current;
  const open = all.filter(({ state }) => state !== "closed").sort(byUrgency);
  const closed = all.filter(({ state }) => state === "closed");
  const past = new ClosedIncidents(closed, release.settled, instant);
  return {
    at: instant,
    policy: release.policy,
    drop,
    undone: drop !== null && isUndone(release, drop),
    dropMissing: drop ? null : whyNoDrop(release),
    newerTags: release.newerTags,
    lostDrops: release.lostDrops,
    branches: release.branches,
    shallow: release.shallow,
    watch: watchWindow(release, drop, open, instant),
    watched: openWindows(release, open, instant),
    open: listed(open),
    unlisted: Math.max(0, open.length - MOST_OPEN),
    past,
    get closed() {
      return past.all();
    },
    drills: drillsAt(
      { drills: release.drills, drops: release.drops, askedSince: release.policy.landedAt ?? null },
      release.policy.policy.drills.every,
      instant,
    ),
  };
}

/** A clock and the incident that it belongs to. */
export interface UrgentClock {
  status: IncidentStatus;
  clock: Countdown;
}

/** All that may run out on an incident. */
export const countdownsOf = ({ clocks, nextUpdate }: IncidentStatus): Countdown[] =>
  nextUpdate ? [...clocks, nextUpdate] : clocks;

/** The most urgent clock: the one with the least time left, breached ones included. */
export function mostUrgent(open: readonly IncidentStatus[]): UrgentClock | null {
  let urgent: UrgentClock | null = null;
  for (const status of open) {
    for (const clock of countdownsOf(status)) {
      if (!isLive(clock)) continue;
      if (!urgent || rank(clock) < rank(urgent.clock)) urgent = { status, clock };
    }
  }
  return urgent;
}

/** Whether a clock can still be met or is past due. */
export const isLive = (clock: Countdown) =>
  clock.state === "running" || clock.state === "paused" || clock.state === "breached";

export const breachedClocks = (open: readonly IncidentStatus[]): UrgentClock[] =>
  open.flatMap((status) =>
    status.clocks.filter(({ state }) => state === "breached").map((clock) => ({ status, clock })),
  );

// A paused clock is urgent only if no other one runs.
const rank = (clock: Countdown) => clock.remainingMs! + (clock.state === "paused" ? 1e15 : 0);

function byUrgency(a: IncidentStatus, b: IncidentStatus): number {
  const least = (status: IncidentStatus) => Math.min(1e16, ...countdownsOf(status).filter(isLive).map(rank));
  return least(a) - least(b) || b.incident.openedAt - a.incident.openedAt;
}

/** @param open The most urgent first. */
function listed(open: IncidentStatus[]): IncidentStatus[] {
  if (open.length <= MOST_OPEN) return open;
  const byAge = open.toSorted((a, b) => b.incident.openedAt - a.incident.openedAt);
  const newest = new Set(byAge.slice(0, NEWEST_OPEN));
  let left = MOST_OPEN - NEWEST_OPEN;
  return open.filter((each) => newest.has(each) || left-- > 0);
}

function whyNoDrop({ branches, branchMissing, policy, shallow }: ReleaseState): string {
  if (branches.length === 0) return branchMissing ?? "There is no git repository here.";
  const services = Object.keys(policy.policy.services ?? {});
  if (services.length > 0)
    return `Each service has drops of its own; choose one: ${services.slice(0, 5).join(", ")}.`;
  const { tags } = policy.policy.drops;
  const names = branches.slice(0, 3).map(({ name }) => name);
  if (shallow)
    return `This clone is shallow, and no tag in what is here of ${names.join(", ")} matches “${patternWords(tags)}”; fetch the rest: git fetch --unshallow --tags`;
  return `No tag on ${names.join(", ")} matches “${patternWords(tags)}”; tag a release to start: git tag ${exampleTag(tags)}.`;
}

const exampleTag = (patterns: readonly string[]) =>
  patterns
    .find((pattern) => !isExclusion(pattern))!
    .replace(/[[{].*$/, "1")
    .replace(/\*.*|\?.*/, "1");

/** With the same target what shipped earlier ends earlier, so the search stops at the first that is over. */
function openWindows(release: ReleaseState, open: IncidentStatus[], instant: Instant): DropWatch[] {
  const windows: DropWatch[] = [];
  for (const drop of byShipping(release.drops)) {
    const watch = watchWindow(release, drop, open, instant);
    if (watch.remainingMs === 0) break;
    if (watch.state === "open") windows.push({ drop, watch });
  }
  return windows;
}

const sorted = new WeakMap<readonly Drop[], Drop[]>();

function byShipping(drops: readonly Drop[]): Drop[] {
  const known = sorted.get(drops) ?? drops.toSorted((a, b) => b.shippedAt - a.shippedAt);
  sorted.set(drops, known);
  return known;
}

/** The `detect` target of the highest severity, counted from the moment the drop shipped. */
function watchWindow(
  release: ReleaseState,
  drop: Drop | null,
  open: IncidentStatus[],
  instant: Instant,
): WatchWindow {
  const { policy } = release.policy;
  const target = policy.targets.critical.detect;
  if (!drop || target === null) return { state: "closed", endsAt: null, remainingMs: 0 };
  const calendar = compileCalendar(ruleFor(policy.calendar, "detect"));
  const endsAt = watchEndsAt(policy, drop);
  const remainingMs = Math.max(0, target - calendar.counted(drop.shippedAt, instant));
  const taken =
    isUndone(release, drop) ||
    open.some(({ incident }) => incident.drop === drop.tag && incident.kind === "real");
  const passed = remainingMs === 0 || endsAt === null;
  return { state: passed || taken ? "closed" : "open", endsAt, remainingMs };
}

/** Nobody needs to watch what was taken back. */
const isUndone = ({ records }: ReleaseState, { tag }: Drop) => records.get(tag)?.state === "undone";

/** When the watch window of a drop ends, or has ended; null where the policy sets none. */
export function watchEndsAt(
  { targets, calendar }: Pick<Policy, "targets" | "calendar">,
  drop: Drop,
): Instant | null {
  const target = targets.critical.detect;
  return target === null ? null : compileCalendar(ruleFor(calendar, "detect")).after(drop.shippedAt, target);
}

/** The incidents that are over, newest first. In a long ledger only those that are asked for are replayed. */
export class ClosedIncidents {
  readonly #known: readonly IncidentStatus[];
  readonly #settled: readonly SettledIncident[];
  readonly #instant: Instant;
  #newest: IncidentStatus[] = [];

  /** @param known Those that are replayed already. Both are in order. */
  constructor(known: readonly IncidentStatus[], settled: readonly SettledIncident[], instant: Instant) {
    this.#known = known;
    this.#settled = settled;
    this.#instant = instant;
  }

  get count(): number {
    return this.#known.length + this.#settled.length;
  }

  /** The same with others before them, in their order. */
  with(known: readonly IncidentStatus[]): ClosedIncidents {
    const all = [...this.#known, ...known].sort((a, b) => b.incident.openedAt - a.incident.openedAt);
    return new ClosedIncidents(all, this.#settled, this.#instant);
  }

  all(): IncidentStatus[] {
    return this.newest(this.count);
  }

  newest(most: number): IncidentStatus[] {
    if (this.#newest.length < Math.min(most, this.count)) this.#newest = this.#fold(most);
    return this.#newest.slice(0, most);
  }

  #fold(most: number): IncidentStatus[] {
    const newest: IncidentStatus[] = [];
    let [i, j] = [0, 0];
    while (newest.length < most && i + j < this.count) {
      const known = this.#known[i];
      const settled = this.#settled[j];
      if (known && (!settled || known.incident.openedAt >= settled.openedAt)) {
        newest.push(known);
        i++;
      } else {
        j++;
        const incident = settled!.fold();
        if (incident) newest.push(incidentStatus(incident, this.#instant));
      }
    }
    return newest;
  }
}
