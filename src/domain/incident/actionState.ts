import { formatInstant, type Instant } from "../time/instant.ts";

export type ActionState = "open" | "overdue" | "done";

/** The day of an instant, UTC, as documents write days: `2026-12-01`. */
export const dayOf = (at: Instant) => formatInstant(at).slice(0, 10);

/** An action is overdue when its day is over. @param today `YYYY-MM-DD` */
export function actionState(
  { done, due }: { done: boolean; due: string | null },
  today: string,
): ActionState {
  if (done) return "done";
  return due !== null && due < today ? "overdue" : "open";
}
