import type { LedgerEvent } from "../event/event.ts";
import type { Instant } from "../time/instant.ts";
import type { Drop } from "./drop.ts";

/** A rehearsal of the undo, with nothing pushed. */
export interface Rehearsal {
  tag: string;
  at: Instant;
  by: string;
  passed: boolean;
  /** From pressing the button until the last check has ended. */
  durationMs: number;
  /** Why it did not pass. */
  reason: string | null;
  /** A rehearsal that counts as the quarter's drill. */
  drill: boolean;
  /** The target that a drill was measured against; null where the policy had none. */
  targetMs: number | null;
}

/** When drills were held and when the next is due. */
export interface Drills {
  /** The newest, whether it passed or not. */
  last: Instant | null;
  dueAt: Instant | null;
  overdue: boolean;
  /** The last four, newest first. */
  recent: Rehearsal[];
}

const SHOWN = 4;

/** What a `rehearsed` or `drill` event says. */
export function rehearsalOf(event: LedgerEvent): Rehearsal {
  const { data } = event;
  return {
    tag: event.subject.slice("drop/".length),
    at: event.at,
    by: event.by,
    passed: data.outcome !== "failed",
    durationMs: amountOf(data.durationMs) ?? 0,
    reason: typeof data.reason === "string" ? data.reason : null,
    drill: event.type === "drill",
    targetMs: amountOf(data.targetMs),
  };
}

/** Whether the undo stayed within the target of a real one. */
export const isInTime = ({ passed, durationMs, targetMs }: Rehearsal) =>
  passed && (targetMs === null || durationMs <= targetMs);

/** What the next drill depends on. */
export interface DrillFacts {
  /** Newest first. */
  drills: readonly Rehearsal[];
  /** Newest first. */
  drops: readonly Drop[];
  /** When the policy that requires drills reached the release branch; null: it has not, or it is unknown. */
  askedSince: Instant | null;
}

/**
 * The next drill is due a period after the last one that passed (a failed one has proved nothing). Where there
 * was none it is due a period after the policy required it and there was a drop to undo; before that, it is
 * never overdue.
 * @param every Milliseconds; null: never.
 */
export function drillsAt(facts: DrillFacts, every: number | null, instant: Instant): Drills {
  const { drills } = facts;
  const dueAt = every === null ? null : drillDueAt(facts, every, instant);
  return {
    last: drills[0]?.at ?? null,
    dueAt,
    overdue: dueAt !== null && instant > dueAt,
    recent: drills.slice(0, SHOWN),
  };
}

function drillDueAt(
  { drills, drops, askedSince }: DrillFacts,
  every: number,
  instant: Instant,
): Instant | null {
  const passed = lastPassed(drills);
  if (passed !== null) return Math.max(passed, askedSince ?? passed) + every;
  const first = firstShipped(drops);
  if (first === null) return null;
  return askedSince === null ? Math.max(first + every, instant) : Math.max(first, askedSince) + every;
}

/** Whether it matters when the policy first required drills. */
export const asksSinceWhen = (
  { drills, drops }: Omit<DrillFacts, "askedSince">,
  every: number | null,
  instant: Instant,
) => every !== null && drops.length > 0 && (lastPassed(drills) ?? Number.NEGATIVE_INFINITY) + every < instant;

const lastPassed = (drills: readonly Rehearsal[]): Instant | null =>
  drills.find(({ passed }) => passed)?.at ?? null;

/** When the first of some drops shipped; null where there are none. */
export const firstShipped = (drops: readonly Drop[]): Instant | null =>
  drops.reduce<Instant | null>((first, { shippedAt }) => Math.min(first ?? shippedAt, shippedAt), null);

const amountOf = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
