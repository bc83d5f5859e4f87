import type { Instant } from "../../domain/time/instant.ts";

/** The time and the timers, so that tests can have their own. */
export interface TimeSource {
  now(): Instant;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const realTime: TimeSource = {
  now: Date.now,
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

// Timers hold 31 bits, and one that sleeps for days through a suspended machine is worth less than a look around.
const LONGEST_MS = 6 * 3_600_000;

/** One timer, set for the next instant at which something changes. None while nothing does. */
export class Ticker {
  readonly #time: TimeSource;
  readonly #next: (now: Instant) => Instant | null;
  readonly #wake: (now: Instant) => void;
  #timer: unknown = null;
  #disposed = false;

  constructor(time: TimeSource, next: (now: Instant) => Instant | null, wake: (now: Instant) => void) {
    this.#time = time;
    this.#next = next;
    this.#wake = wake;
  }

  /** Whether a timer is set. */
  get armed(): boolean {
    return this.#timer !== null;
  }

  /** To be called whenever what is shown, or how, has changed for another reason than time. */
  schedule(): void {
    this.#clear();
    if (this.#disposed) return;
    const now = this.#time.now();
    const at = this.#next(now);
    if (at === null) return;
    const ms = Math.min(Math.max(at - now, 1), LONGEST_MS);
    this.#timer = this.#time.setTimeout(() => this.#fire(at), ms);
  }

  dispose(): void {
    this.#disposed = true;
    this.#clear();
  }

  #fire(at: Instant): void {
    this.#timer = null;
    const now = this.#time.now();
    // Timers may be early by a millisecond, or cut to the longest sleep.
    if (now >= at) this.#wake(now);
    this.schedule();
  }

  #clear(): void {
    if (this.#timer !== null) this.#time.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
