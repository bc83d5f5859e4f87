import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import type { Policy, Signal } from "../../domain/policy/policy.ts";
import type { SignalSource } from "../../signals/signalSource.ts";
import type { TimeSource } from "../ticker.ts";
import { WatchedSignal } from "./watchedSignal.ts";

/** One calm reading may be a gap between two breaches. */
const CALM_READINGS = 2;

/** Longer than what is rolled out takes to be seen in a rate over five minutes. */
export const CALM_WITHIN_MS = 15 * 60_000;

export interface CalmOptions {
  policy: Pick<Policy, "signals">;
  open: (source: Signal["source"]) => SignalSource;
  time: TimeSource;
  stop: AbortSignal;
  /** How long to wait at most. Milliseconds. */
  within?: number;
  /** What is not calm yet, and why. */
  waiting?: (name: string, why: string) => void;
}

/**
 * Waits until all the signals of these names are calm, twice in a row each. False where they were not in time, or where
 * it was stopped.
 * @throws {HumanError} where the policy has no such signal.
 */
export async function untilCalm(names: readonly string[], options: CalmOptions): Promise<boolean> {
  const { time, stop, within = CALM_WITHIN_MS } = options;
  const end = time.now() + within;
  const calm = await Promise.all(
    names
      .map((name) => signalNamed(options.policy, name))
      .map((signal) =>
        calmBefore(new WatchedSignal(signal, options.open(signal.source), time.now()), end, options),
      ),
  );
  return calm.every(Boolean) && !stop.aborted;
}

async function calmBefore(watched: WatchedSignal, end: number, options: CalmOptions): Promise<boolean> {
  const { time, stop, waiting } = options;
  for (let inRow = 0; !stop.aborted; ) {
    const found = await watched.read(time.now, stop);
    inRow = found?.state === "calm" && found.failures === 0 ? inRow + 1 : 0;
    if (inRow >= CALM_READINGS) return true;
    if (found && inRow === 0) waiting?.(watched.signal.name, found.why);
    const next = watched.dueAt ?? time.now();
    if (next > end) return false;
    await pause(next - time.now(), time, stop);
  }
  return false;
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
