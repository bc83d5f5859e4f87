const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;

/** When the sample's drops shipped: one a week, the fifth 25 minutes before `now`, on a whole second as in git. */
export function shippedAt(drop: number, now: Date): Date {
  const latest = Math.floor((now.getTime() - 25 * MINUTE) / 1000) * 1000;
  return new Date(latest - (5 - drop) * WEEK);
}

export function later(instant: Date, time: { hours?: number; minutes?: number }): Date {
  return new Date(instant.getTime() + (time.hours ?? 0) * HOUR + (time.minutes ?? 0) * MINUTE);
}
