import type { Incident } from "../incident/incident.ts";
import { CLOCK_NAMES, type ClockName, perClock } from "../policy/terms.ts";
import { nameOf, plainText } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import {
  type Adoption,
  clocksOfRounds,
  type Dora,
  type DropScore,
  incidentVerdict,
  median,
  type PillarScore,
  type Scorecard,
  takenMs,
  type Verdict,
} from "./scorecard.ts";

/** The scorecard as it is drawn: facts, and inert texts of people. Lengths are milliseconds. */
export interface ScorecardView {
  at: Instant;
  service: string | null;
  /** Oldest first, as time goes. */
  drops: DropView[];
  pillars: Record<ClockName, PillarScore>;
  trends: Record<ClockName, TrendPoint[]>;
  dora: Dora;
  drills: Scorecard["drills"];
  overrides: { tag: string; by: string; at: Instant; why: string }[];
  /** The target that was missed most, and where it was missed by most; null where none was. */
  missedMost: { name: ClockName; missed: number; of: number; worst: MissView } | null;
  adoption: { landedAt: Instant | null; wanted: number; shipped: number };
}

export interface DropView {
  tag: string;
  shippedAt: Instant;
  shippedAssumed: boolean;
  cells: Record<ClockName, CellView>;
  incidents: string[];
  failed: boolean;
  undone: boolean;
  rework: boolean;
  recoveryMs: number | null;
  overrides: number;
}

export interface CellView {
  verdict: Verdict;
  /** The incident that decides it; null: there was none. */
  incident: string | null;
  title: string | null;
}

/** What one incident took; where there are more than can be told apart, the median of those of one drop. */
export interface TrendPoint {
  tag: string;
  /** Of several the slowest. */
  incident: string;
  title: string;
  ms: number;
  targetMs: number | null;
  /** How many incidents it stands for. */
  count: number;
}

interface MissView {
  tag: string;
  incident: string;
  title: string;
  lateMs: number;
}

export function scorecardView(
  { scorecard, adoption }: { scorecard: Scorecard; adoption: Adoption },
  service: string | null,
): ScorecardView {
  const { at, pillars, dora, drills } = scorecard;
  const scores = scorecard.drops.toReversed();
  return {
    at,
    service: service === null ? null : plainText(service, 120),
    drops: scores.map((score) => dropView(score, at)),
    pillars,
    trends: perClock((name) => pointsOf(scores, name, at)),
    dora,
    drills,
    overrides: scores.flatMap(({ drop, overrides }) =>
      overrides.map(({ by, at: when, data }) => ({
        tag: plainText(drop.tag, 80),
        by: plainText(nameOf(by), 60),
        at: when,
        why: plainText(String(data.why)),
      })),
    ),
    missedMost: missedMost(scores, pillars, at),
    adoption: { landedAt: adoption.landedAt, wanted: adoption.wanted, shipped: adoption.drops.length },
  };
}

function dropView(score: DropScore, at: Instant): DropView {
  const { drop, incidents, failed, undone, rework, recoveryMs, overrides } = score;
  return {
    tag: plainText(drop.tag, 80),
    shippedAt: drop.shippedAt,
    shippedAssumed: drop.shippedAssumed,
    cells: perClock((name) => cellOf(score, name, at)),
    incidents: incidents.map(({ id }) => id),
    ...{ failed, undone, rework, recoveryMs, overrides: overrides.length },
  };
}

/** The worst incident decides; of several alike the newest. */
function cellOf({ pillars, incidents }: DropScore, name: ClockName, at: Instant): CellView {
  const verdict = pillars[name];
  const deciding =
    incidents
      .filter((incident) => incidentVerdict(incident, name, at) === verdict)
      .sort((a, b) => lateMs(b, name, at) - lateMs(a, name, at))[0] ?? incidents[0];
  return { verdict, incident: deciding?.id ?? null, title: deciding ? titleOf(deciding) : null };
}

const titleOf = ({ title }: Incident) => plainText(title, 200);

/** By how much the worst of its rounds was, or is, past due; 0 where none is. */
function lateMs(incident: Incident, name: ClockName, at: Instant): number {
  const late = clocksOfRounds(incident, name, at).map(({ state, remainingMs }) =>
    state === "missed" || state === "breached" ? -remainingMs! : 0,
  );
  return Math.max(0, ...late);
}

/** More marks than that are a blot. */
const MOST_POINTS = 60;

/** Oldest first, as the drops. */
function pointsOf(scores: readonly DropScore[], name: ClockName, at: Instant): TrendPoint[] {
  const all = scores.map((score) => pointsOfDrop(score, name, at));
  if (all.reduce((sum, { length }) => sum + length, 0) <= MOST_POINTS) return all.flat();
  return all.flatMap((points) => {
    if (points.length === 0) return [];
    const slowest = points.reduce((a, b) => (b.ms > a.ms ? b : a));
    const targets = points.flatMap(({ targetMs }) => targetMs ?? []);
    const ms = median(points.map((point) => point.ms))!;
    return [{ ...slowest, ms, targetMs: median(targets), count: points.length }];
  });
}

function pointsOfDrop({ drop, incidents }: DropScore, name: ClockName, at: Instant): TrendPoint[] {
  const tag = plainText(drop.tag, 80);
  return incidents.toReversed().flatMap((incident) => {
    const ms = takenMs(incident, name, at);
    if (ms === null) return [];
    const { terms, severity } = incident.round;
    const targetMs = terms.targets[severity][name];
    return [{ tag, incident: incident.id, title: titleOf(incident), ms, targetMs, count: 1 }];
  });
}

function missedMost(
  scores: readonly DropScore[],
  pillars: Scorecard["pillars"],
  at: Instant,
): ScorecardView["missedMost"] {
  const [name] = [...CLOCK_NAMES].sort((a, b) => pillars[b].missed - pillars[a].missed);
  if (!name || pillars[name].missed === 0) return null;
  const misses = scores.flatMap(({ drop, incidents }) =>
    incidents.map((incident) => ({
      tag: plainText(drop.tag, 80),
      incident: incident.id,
      title: titleOf(incident),
      lateMs: lateMs(incident, name, at),
    })),
  );
  const [worst] = misses.sort((a, b) => b.lateMs - a.lateMs);
  const { met, missed } = pillars[name];
  return worst ? { name, missed, of: met + missed, worst } : null;
}
