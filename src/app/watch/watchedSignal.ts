import type { Signal } from "../../domain/policy/policy.ts";
import { type Evaluation, evaluate, worstOf } from "../../domain/signal/signal.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { SignalSource } from "../../signals/signalSource.ts";

/** Numbers that are kept for a sparkline. */
const KEPT = 40;

/** One signal while it is watched: what its readings have decided so far. */
export class WatchedSignal {
  readonly signal: Signal;
  readonly #source: SignalSource;
  /** What the latest reading decided; null before the first. */
  evaluation: Evaluation | null = null;
  /** The numbers of the latest readings, oldest first; null where there was none. */
  readonly numbers: (number | null)[] = [];
  /** When it was read for the first time. */
  firstAt: Instant | null = null;
  readings = 0;
  failed = 0;
  /** The number that was nearest to a breach, or furthest into it. */
  worst: number | null = null;
  #dueAt: Instant;
  #busy = false;
  #hurried = false;

  constructor(signal: Signal, source: SignalSource, now: Instant) {
    this.signal = signal;
    this.#source = source;
    this.#dueAt = now;
  }

  /** When it is to be read next; null while that is going on. */
  get dueAt(): Instant | null {
    return this.#busy ? null : this.#dueAt;
  }

  /** Something has changed that it is read with: what is known is known no more. */
  hurry(now: Instant): void {
    this.#dueAt = now;
    this.#hurried = true;
  }

  /** Reads it once. Null where it was stopped meanwhile: such an answer says nothing. */
  async read(now: () => Instant, stop: AbortSignal): Promise<Evaluation | null> {
    this.#busy = true;
    this.#hurried = false;
    const started = now();
    try {
      const answer = await this.#source(stop);
      if (stop.aborted) return null;
      this.#keep(evaluate(this.signal, this.evaluation, { at: now(), answer }));
      return this.evaluation;
    } finally {
      this.#busy = false;
      // In step with the clock, and never twice at once where readings take longer than their interval.
      this.#dueAt = this.#hurried ? now() : Math.max(started + this.signal.every, now());
    }
  }

  #keep(found: Evaluation): void {
    this.evaluation = found;
    this.firstAt ??= found.at;
    this.readings += 1;
    if (found.failures > 0) this.failed += 1;
    this.numbers.push(found.value);
    if (this.numbers.length > KEPT) this.numbers.shift();
    if (found.value === null) return;
    const seen = [this.worst, found.value].flatMap((value) =>
      value === null ? [] : [{ name: null, value }],
    );
    this.worst = worstOf(seen, this.signal.breach)!.value;
  }
}
