import { factsFrom, type WatchFacts } from "../../domain/drop/watchPlan.ts";
import type { Policy, Signal } from "../../domain/policy/policy.ts";
import { type Evaluation, evaluate, worstOf } from "../../domain/signal/signal.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { SignalSource } from "../../signals/http.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import type { TimeSource } from "../project/ticker.ts";

/** One calm reading may be a gap between two breaches. */
const CALM_READINGS = 2;

/** Longer than what is rolled out takes to be seen in a rate over five minutes. */
const CALM_WITHIN_MS = 15 * 60_000;

/** A comparison begins anew here, and has to see enough of the traffic before it says calm. */
const COMPARED_WITHIN_MS = 30 * 60_000;

interface CalmOptions {
  policy: Pick<Policy, "signals">;
  open: SourceOpener;
  /** The drop that they are read for; left out: none. */
  facts?: WatchFacts;
  time: TimeSource;
  stop: AbortSignal;
  /** How long to wait at most. Milliseconds. */
  within?: number;
  /** What is not calm yet, and why. */
  waiting?: (name: string, found: Evaluation) => void;
}

/** `unreadable`: one of them could not be read. */
export type Calm = "calm" | "unsettled" | "unreadable" | "stopped";

/**
 * Waits until all the signals of these names are calm, twice in a row each.
 * @throws {HumanError} where the policy has no such signal.
 */
export async function waitUntilHealthy(names: readonly string[], options: CalmOptions): Promise<Calm> {
  const { time, open } = options;
  const now = time.now();
  const signals = names.map((name) => signalNamed(options.policy, name));
  // What was bad until now is known, and is not asked.
  const facts = { ...(options.facts ?? factsFrom(now)), since: now };
  const found = await Promise.all(
    signals.map((signal) => {
      const patience = signal.source.kind === "compare" ? COMPARED_WITHIN_MS : CALM_WITHIN_MS;
      const end = now + (options.within ?? patience);
      return calmBefore(new WatchedSignal(signal, open(signal, facts), now), end, options);
    }),
  );
  const worst = (["stopped", "unreadable", "unsettled"] as const).find((each) => found.includes(each));
  return worst ?? "calm";
}

async function calmBefore(watched: WatchedSignal, end: number, options: CalmOptions): Promise<Calm> {
  const { time, stop, waiting } = options;
  for (let inRow = 0; ; ) {
    const found = await watched.read(time.now, stop);
    if (stop.aborted || !found) return "stopped";
    if (found.state === "error") return "unreadable";
    inRow = found.state === "calm" && found.failures === 0 ? inRow + 1 : 0;
    if (inRow >= CALM_READINGS) return "calm";
    if (inRow === 0) waiting?.(watched.signal.name, found);
    const next = watched.dueAt ?? time.now();
    if (next > end) return "unsettled";
    await pause(next - time.now(), time, stop);
    if (stop.aborted) return "stopped";
  }
}

function pause(ms: number, time: TimeSource, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      time.clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = time.setTimeout(done, Math.max(1, ms));
    stop.addEventListener("abort", done);
  });
}

function signalNamed({ signals }: Pick<Policy, "signals">, name: string): Signal {
  const signal = signals.find((each) => each.name === name);
  if (signal) return signal;
  const known = signals.map((each) => plainText(each.name, 60)).join(", ") || "there is none";
  throw new HumanError("usage", `The policy has no signal “${plainText(name, 60)}”; known: ${known}.`);
}

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
