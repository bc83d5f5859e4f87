import { countdownsOf, isLive, mostUrgent, type Status } from "../../domain/drop/status.ts";
import { stageAfter } from "../../domain/gate/gate.ts";
import { type Countdown, calendarOf } from "../../domain/incident/clock.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import { ALWAYS, type Calendar, compileCalendar } from "../../domain/policy/calendar.ts";
import { ruleFor } from "../../domain/policy/terms.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { TrackedProject } from "./trackedProject.ts";

/** What of the time is on view. The status bar always is, as far as anybody can tell. */
interface OnView {
  /** The window is in use, so the status bar counts seconds in the last hour. */
  seconds: boolean;
  /** The sidebar with a row for each clock is visible. */
  sidebar: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The next instant at which something that is shown reads differently, or at which people are to be warned.
 * Null: time alone changes nothing, and no timer is needed.
 */
export function nextWake(statuses: readonly Status[], now: Instant, onView: OnView): Instant | null {
  const open = statuses.flatMap((status) => status.open);
  const urgent = mostUrgent(open);
  let next: Instant | null = null;
  const consider = (at: Instant | null) => {
    if (at !== null && at > now && (next === null || at < next)) next = at;
  };
  for (const status of statuses) {
    for (const each of status.open) {
      const { incident } = each;
      if (isPaused(incident)) continue;
      for (const clock of countdownsOf(each).filter(isLive)) {
        const calendar = calendarOf(clock.name, incident.round);
        for (const ms of alarmsIn(clock, status.policy.policy.warnAt)) consider(calendar.after(now, ms));
        const inStatusBar = clock === urgent?.clock;
        if (!inStatusBar && !onView.sidebar) continue;
        consider(whenShown(clock.remainingMs!, calendar, now, inStatusBar && onView.seconds));
      }
    }
    if (onView.sidebar) for (const { watch } of status.watched) consider(watch.endsAt);
    if (status.watch.state === "open" && (onView.sidebar || open.length === 0)) {
      consider(status.watch.endsAt);
      consider(watchShown(status, now));
    }
  }
  return next;
}

/** How much more time must count until each share that is still to come, and until the breach. */
function alarmsIn(clock: Countdown, warnAt: readonly number[]): number[] {
  const target = clock.targetMs!;
  const shares = warnAt.map((share) => Math.ceil(target * share - clock.elapsedMs));
  return [...shares, clock.remainingMs! + 1].filter((ms) => ms > 0);
}

function watchShown({ watch, policy }: Status, now: Instant): Instant | null {
  const calendar = compileCalendar(ruleFor(policy.policy.calendar, "detect"));
  return whenShown(watch.remainingMs, calendar, now, false);
}

function whenShown(remaining: number, calendar: Calendar, now: Instant, seconds: boolean): Instant | null {
  if (!calendar.counts(now)) {
    const first = calendar.after(now, 1);
    return first === null ? null : first - 1;
  }
  const ms = changesIn(remaining, seconds);
  // Nobody can tell when working hours end but by looking again.
  return now + (calendar === ALWAYS ? ms : Math.min(ms, MINUTE));
}

/** How much more time must count until a length of time reads differently; see `roughly` and `countdown`. */
function changesIn(remaining: number, seconds: boolean): number {
  if (remaining >= 0) {
    const step = remaining >= DAY ? HOUR : remaining >= HOUR || !seconds ? MINUTE : SECOND;
    return (remaining % step) + 1;
  }
  const step = -remaining >= DAY ? HOUR : MINUTE;
  return step - (-remaining % step);
}

/** When the soak of the current drop reads differently, for it is told in minutes; null while nothing soaks. */
export function soakWake({ governance }: Pick<TrackedProject, "governance">, now: Instant): Instant | null {
  const current = governance.known?.current;
  if (!current?.stage) return null;
  const { stages } = current.governed.release.policy.policy;
  if (!stageAfter(stages, current.stage)) return null;
  const left = current.stage.since + stages[current.stage.index]!.soak - now;
  return left <= 0 ? null : now + (left % MINUTE) + 1;
}
