import { createHash } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { countdownsOf } from "../../domain/drop/status.ts";
import { type Countdown, clockWords } from "../../domain/incident/clock.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { COUNTDOWNS, isClock } from "../../domain/policy/terms.ts";
import { percent } from "../../domain/text/counted.ts";
import { roughly } from "../../domain/time/duration.ts";
import { BREACH, crossedShares } from "../model/milestones.ts";
import { messageText } from "../model/text.ts";

/** A share of a clock's target that has been used up, and of which people are told once. */
export interface Alarm {
  status: IncidentStatus;
  clock: Countdown;
  share: number;
}

/** All alarms of the clocks that are live, ascending for each clock: the last one is the most serious. */
export function alarmsOf(open: readonly IncidentStatus[], warnAt: readonly number[]): Alarm[][] {
  return open.flatMap((status) =>
    countdownsOf(status)
      // Of the next update people are told when it is due: it comes round so often that warnings would be noise.
      .map((clock) =>
        crossedShares(clock, isClock(clock.name) ? warnAt : []).map((share) => ({
          status,
          clock,
          share,
        })),
      )
      .filter((alarms) => alarms.length > 0),
  );
}

/**
 * Names an alarm over all windows and clones: the same incident, round, clock, target and share. A new target, after a
 * change of severity, is a new promise, so it warns anew.
 */
export function alarmKey({ status, clock, share }: Alarm): string {
  const { incident } = status;
  const parts: unknown[] = [incident.openedEvent, incident.round.number, clock.name, clock.targetMs, share];
  // Each update promises the next.
  if (!isClock(clock.name)) parts.push(clock.startedAt);
  // An id from another machine may hold anything; as a hash it is a file name and nothing else.
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40);
}

/** The sentence of a notification: what, of which incident, how long. */
export function alarmText({ status, clock, share }: Alarm): string {
  const title = messageText(status.incident.title, 100);
  const kind = status.incident.kind === "real" ? "" : ` (${status.incident.kind})`;
  if (!isClock(clock.name))
    return `Customers of “${title}”${kind} wait for the next update: ${clockWords(clock)}.`;
  const name = COUNTDOWNS[clock.name].short;
  const subject = `${name[0]!.toUpperCase()}${name.slice(1)} clock of “${title}”${kind}`;
  const target = clock.targetMs === null ? "" : ` (target ${roughly(clock.targetMs)})`;
  const since = clock.remainingMs! > -60_000 ? "" : `, ${clockWords(clock)}`;
  if (share === BREACH) return `${subject} is breached${since}${target}.`;
  return `${subject} has used ${percent(share)}: ${clockWords(clock)}${target}.`;
}

/** One sentence for several at once, so that a window never fills with messages. */
export function alarmsText(alarms: readonly Alarm[]): string {
  const breached = alarms.filter(({ share }) => share === BREACH).length;
  const parts = [
    breached > 0 ? `${breached} breached` : "",
    alarms.length > breached ? `${alarms.length - breached} running out` : "",
  ];
  return `${alarms.length} clocks need attention: ${parts.filter(Boolean).join(", ")}.`;
}

const KEPT_MS = 90 * 86_400_000;

/** Which alarms people were told of, for all windows of this machine: one empty file each. */
export class AlarmMarkers {
  readonly #folder: string;
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether this window has asked for it before. */
  knows(key: string): boolean {
    return this.#known.has(key);
  }

  /** Claims an alarm. True for one window only, however many ask at the same moment. */
  async claim(key: string): Promise<boolean> {
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    await mkdir(this.#folder, { recursive: true });
    try {
      await (await open(join(this.#folder, key), "wx")).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      this.#known.delete(key);
      throw error;
    }
  }

  /** Forgets what is so old that it cannot come up again. */
  async clean(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > KEPT_MS) await rm(path, { force: true });
    }
  }
}
