import type { Policy, Signal } from "../../domain/policy/policy.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { SignalSource } from "../../signals/signalSource.ts";
import type { TimeSource } from "../project/ticker.ts";
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
  waiting?: (name: string, found: Evaluation) => void;
}

/** `unreadable`: one of them could not be read. */
export type Calm = "calm" | "unsettled" | "unreadable" | "stopped";

/**
 * Waits until all the signals of these names are calm, twice in a row each.
 * @throws {HumanError} where the policy has no such signal.
 */
export async function untilCalm(names: readonly string[], options: CalmOptions): Promise<Calm> {
  const { time, within = CALM_WITHIN_MS } = options;
  const end = time.now() + within;
  const signals = names.map((name) => signalNamed(options.policy, name));
  const found = await Promise.all(
    signals.map((signal) =>
      calmBefore(new WatchedSignal(signal, options.open(signal.source), time.now()), end, options),
    ),
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
