import type { Drop } from "./drop.ts";
import type { LedgerEvent } from "./event.ts";
import type { Instant } from "./instant.ts";

/** An undo that was carried out for exercise, with nothing pushed. */
export interface Rehearsal {
  tag: string;
  at: Instant;
  by: string;
  passed: boolean;
  /** From pressing the button to the end of the last check. */
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

/** Whether the undo was done within the time that a real one would have. */
export const isInTime = ({ passed, durationMs, targetMs }: Rehearsal) =>
  passed && (targetMs === null || durationMs <= targetMs);

/**
 * The next drill is due a period after the last one that passed (one that failed has shown no way back), or after the
 * first drop where there was none.
 * @param drills Newest first.
 * @param drops Newest first.
 * @param every Milliseconds; null: never.
 */
export function drillsAt(
  { drills, drops }: { drills: readonly Rehearsal[]; drops: readonly Drop[] },
  every: number | null,
  instant: Instant,
): Drills {
  const since = drills.find(({ passed }) => passed)?.at ?? firstShipped(drops);
  const dueAt = since === null || every === null ? null : since + every;
  return {
    last: drills[0]?.at ?? null,
    dueAt,
    overdue: dueAt !== null && instant > dueAt,
    recent: drills.slice(0, SHOWN),
  };
}

/** When the first of some drops shipped; null where there are none. */
export const firstShipped = (drops: readonly Drop[]): Instant | null =>
  drops.reduce<Instant | null>((first, { shippedAt }) => Math.min(first ?? shippedAt, shippedAt), null);

const amountOf = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
