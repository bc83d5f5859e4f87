import { firstShipped, isInTime } from "../drop/drills.ts";
import type { Drop } from "../drop/drop.ts";
import { type Release, recordOf } from "../drop/release.ts";
import type { LedgerEvent } from "../event/event.ts";
import { councilSubject } from "../gate/vote.ts";
import { type Clock, clocksOf } from "../incident/clock.ts";
import type { Incident } from "../incident/incident.ts";
import { CLOCK_NAMES, type ClockName } from "../policy/terms.ts";
import type { Instant } from "../time/instant.ts";

/** The adoption of the policy: the first drops since it reached the release branch. */
export interface Adoption {
  /** When it reached the release branch; null if it has not. */
  landedAt: Instant | null;
  /** How many drops are tracked. */
  wanted: number;
  /** Those that have shipped, oldest first, and their score. */
  drops: DropScore[];
  scorecard: Scorecard | null;
}

/** The next drops from the day the policy reached the branch; later drops do not change the adoption. */
export function adoptionOf(release: Release, landedAt: Instant | null, at: Instant): Adoption {
  const wanted = release.policy.policy.drops.adoption;
  if (landedAt === null) return { landedAt, wanted, drops: [], scorecard: null };
  const tracked = trackedDrops(release.drops, landedAt, wanted);
  const scorecard = scorecardOf(release, tracked, at);
  return { landedAt, wanted, drops: scorecard.drops.toReversed(), scorecard };
}

/** Newest first, as everywhere. */
const trackedDrops = (drops: readonly Drop[], landedAt: Instant, wanted: number): Drop[] =>
  drops.filter(({ shippedAt }) => shippedAt >= landedAt).slice(-wanted);

/** `no data`: unknown or undecided; does not count as met. */
export type Verdict = "met" | "missed" | "no data";

type Pillars = Record<ClockName, Verdict>;

/** Which targets one drop met. */
export interface DropScore {
  drop: Drop;
  pillars: Pillars;
  /** The real incidents that it caused, newest first. */
  incidents: Incident[];
  /** Whether it failed, as DORA counts: it caused an incident, or was rolled back. */
  failed: boolean;
  undone: boolean;
  /** It shipped while a real incident of another drop was detected and not mitigated: a deployment that nobody planned. */
  rework: boolean;
  /** How long customers felt it, all rounds of its incidents together; null where that is not known. Milliseconds. */
  recoveryMs: number | null;
  /** The overrides that it was released by; they are shown for good. */
  overrides: LedgerEvent[];
}

/** One pillar over several drops. */
export interface PillarScore {
  met: number;
  missed: number;
  noData: number;
  /** The median of the incidents that have ended, all rounds of one together; null if none has. Milliseconds. */
  medianMs: number | null;
  /** How many drops in a row, from the newest back, met it; those without data neither count nor break it. */
  streak: number;
}

/** By DORA's definitions, over the drops in view. */
export interface Dora {
  deployments: number;
  failed: number;
  /** The share of the deployments that failed, from 0 to 1; null where there was none. */
  changeFailureRate: number | null;
  /** The median time to recover from a failed deployment; null where there was none. Milliseconds. */
  recoveryMs: number | null;
  /** Failed ones with an incident that is not mitigated yet: they are in no median. */
  unrecovered: number;
  /** Failed ones that were rolled back without an incident: when customers were affected is unknown. */
  untimed: number;
  /** Failed ones with an incident that began at an unknown time since the drop shipped; left out where there are none. */
  startUnknown?: number;
  /** Those that shipped because of an incident of another drop. */
  rework: number;
  /** Their share of the deployments, from 0 to 1; null where there was none. */
  reworkRate: number | null;
}

export interface Scorecard {
  at: Instant;
  /** Newest first. */
  drops: DropScore[];
  pillars: Record<ClockName, PillarScore>;
  dora: Dora;
  drills: { held: number; passed: number; inTime: number; last: Instant | null };
  overrides: number;
}

type Facts = Pick<Release, "incidents" | "records" | "drills" | "log">;

/**
 * The score of some drops. Tests and drills never count. A reopened incident is judged by its worst round, and took as
 * long as its rounds together.
 * @param drops Newest first.
 */
export function scorecardOf(facts: Facts, drops: readonly Drop[], at: Instant): Scorecard {
  const scores = drops.map((drop) => scoreOf(facts, drop, at));
  const since = firstShipped(drops) ?? at;
  const drills = facts.drills.filter((drill) => drill.at >= since);
  return {
    at,
    drops: scores,
    pillars: byClock((name) => pillarOf(name, scores, at)),
    dora: doraOf(scores),
    drills: {
      held: drills.length,
      passed: drills.filter(({ passed }) => passed).length,
      inTime: drills.filter(isInTime).length,
      last: drills[0]?.at ?? null,
    },
    overrides: scores.reduce((sum, { overrides }) => sum + overrides.length, 0),
  };
}

function scoreOf(facts: Facts, drop: Drop, at: Instant): DropScore {
  const incidents = facts.incidents.filter(({ drop: on, kind }) => on === drop.tag && kind === "real");
  const record = recordOf(facts, drop.tag);
  const undone = record.undone !== null || record.round > 1;
  const failed = incidents.length > 0 || undone;
  return {
    drop,
    pillars: byClock((name) => worst(incidents.map((incident) => incidentVerdict(incident, name, at)))),
    incidents,
    failed,
    undone,
    rework: facts.incidents.some((incident) => isReworkFor(incident, drop)),
    recoveryMs: failed ? recoveryOf(incidents) : null,
    overrides: facts.log.of(councilSubject(drop.commit)).filter(({ type }) => type === "override"),
  };
}

function isReworkFor({ kind, drop: cause, earlier, round }: Incident, { tag, shippedAt }: Drop): boolean {
  if (kind !== "real" || cause === null || cause === tag) return false;
  return [...earlier, round].some(({ marks, reopenedAt }) => {
    const since = reopenedAt ?? marks.detected?.at;
    const until = marks.mitigated?.at ?? Number.POSITIVE_INFINITY;
    return since !== undefined && shippedAt > since && shippedAt <= until;
  });
}

/** One that is not decided is no data, and so are several of which one is not. */
function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("missed")) return "missed";
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === "met") ? "met" : "no data";
}

export const incidentVerdict = (incident: Incident, name: ClockName, at: Instant): Verdict =>
  worst(decided(clocksOfRounds(incident, name, at).map(({ state }) => VERDICTS[state])));

/** A severity without a target says nothing; only where no round has one there is no data. */
const decided = (verdicts: readonly (Verdict | null)[]) => verdicts.filter((verdict) => verdict !== null);

const VERDICTS = {
  met: "met",
  missed: "missed",
  breached: "missed",
  running: "no data",
  paused: "no data",
  waiting: "no data",
  unknown: "no data",
  none: null,
} as const;

/** A clock of each round; those of an earlier one as they stood when the incident was reopened. */
export function clocksOfRounds(incident: Incident, name: ClockName, at: Instant): readonly Clock[] {
  const known = counted.get(incident);
  if (known?.at === at) return known.clocks[name];
  const rounds = [...incident.earlier, incident.round];
  const all = rounds.flatMap((each, i) => clocksOf(each, Math.min(rounds[i + 1]?.reopenedAt ?? at, at)));
  const clocks = byClock((wanted) => all.filter((clock) => clock.name === wanted));
  counted.set(incident, { at, clocks });
  return clocks[name];
}

// Every measure asks for the same clocks at the same instant, and there may be thousands of incidents.
const counted = new WeakMap<Incident, { at: Instant; clocks: Record<ClockName, Clock[]> }>();

/** How long a clock of an incident took; null while it has not ended, or where nobody knows. Milliseconds. */
export function takenMs(incident: Incident, name: ClockName, at: Instant): number | null {
  const rounds = clocksOfRounds(incident, name, at);
  // Without a target it may never end.
  const clocks = rounds.filter(({ state, endedAt }) => state !== "none" || endedAt !== null);
  const last = clocks.at(-1);
  if (!last || last.endedAt === null || clocks.some(({ state }) => state === "unknown")) return null;
  return clocks.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
}

function pillarOf(name: ClockName, scores: readonly DropScore[], at: Instant): PillarScore {
  const count = (verdict: Verdict) => scores.filter(({ pillars }) => pillars[name] === verdict).length;
  const spans = scores
    .flatMap(({ incidents }) => incidents.map((incident) => takenMs(incident, name, at)))
    .filter((ms) => ms !== null);
  const told = scores.map(({ pillars }) => pillars[name]).filter((verdict) => verdict !== "no data");
  const first = told.indexOf("missed");
  return {
    met: count("met"),
    missed: count("missed"),
    noData: count("no data"),
    medianMs: median(spans),
    streak: first < 0 ? told.length : first,
  };
}

function doraOf(scores: readonly DropScore[]): Dora {
  const failed = scores.filter((score) => score.failed);
  const recovered = failed.map(({ recoveryMs }) => recoveryMs).filter((ms) => ms !== null);
  const untimed = failed.filter(({ incidents }) => incidents.length === 0).length;
  const rework = scores.filter((score) => score.rework).length;
  const startUnknown = failed.filter(isRecoveryUnknown).length;
  return {
    deployments: scores.length,
    failed: failed.length,
    changeFailureRate: scores.length === 0 ? null : failed.length / scores.length,
    recoveryMs: median(recovered),
    unrecovered: failed.length - recovered.length - untimed - startUnknown,
    untimed,
    ...(startUnknown > 0 ? { startUnknown } : {}),
    rework,
    reworkRate: scores.length === 0 ? null : rework / scores.length,
  };
}

/** Real time, nights included: customers wait at night as well. Overlapping time counts once. */
function recoveryOf(incidents: readonly Incident[]): number | null {
  if (incidents.length === 0 || incidents.some(({ round }) => !round.marks.mitigated)) return null;
  return incidents.some(isStartUnknown) ? null : feltMs(incidents);
}

const isRecoveryUnknown = ({ incidents }: DropScore) =>
  incidents.some(isStartUnknown) && incidents.every(({ round }) => round.marks.mitigated);

/** For an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const byClock = <T>(of: (name: ClockName) => T) =>
  Object.fromEntries(CLOCK_NAMES.map((name) => [name, of(name)])) as Record<ClockName, T>;

/**
 * Whether the start of the impact is unknown: it may be any time since the drop shipped, which is assumed too, and the
 * target to detect has passed since.
 */
export function isStartUnknown({ earlier, round }: Pick<Incident, "earlier" | "round">): boolean {
  const first = earlier[0] ?? round;
  const { detected } = first.marks;
  return clocksOf(first, detected?.at ?? 0).some(({ state }) => state === "unknown");
}

/**
 * How long people were affected by incidents, in milliseconds: each round from the start of its impact, or its
 * reopening, until it was mitigated, overlapping time once. If a start is unknown, from detection.
 * @param until Where a round that is not mitigated ends; left out, it does not count.
 */
export function feltMs(incidents: readonly Incident[], until: Instant | null = null): number {
  const stretches = incidents
    .flatMap((incident) => {
      const unknown = isStartUnknown(incident);
      const rounds = [...incident.earlier, incident.round];
      return rounds.map(({ marks, reopenedAt }, i) => {
        const end = marks.mitigated?.at ?? rounds[i + 1]?.reopenedAt ?? until;
        const began = unknown ? marks.detected : marks.started;
        const from = reopenedAt ?? began?.at ?? end ?? 0;
        return { from, to: end ?? from };
      });
    })
    .sort((a, b) => a.from - b.from);
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of stretches) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}
