import { plainText } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";

/** What a probe expects of the answer to its request. */
interface ProbeExpectation {
  /** Any of these status codes. */
  status: readonly number[];
  /** A text that the body must hold; null: any body. */
  text: string | null;
  /** Milliseconds that the whole answer may take. */
  within: number;
}

/** What came of the request: an answer, or why there was none, as words that fit into a sentence. */
type ProbeAnswer = { status: number; body: string; tookMs: number } | { failed: string };

export interface ProbeResult {
  at: Instant;
  /** Null: as expected. Else what was wrong, one inert line. */
  fault: string | null;
}

export function probeResult(
  { status, text, within }: ProbeExpectation,
  answer: ProbeAnswer,
  at: Instant,
): ProbeResult {
  if ("failed" in answer) return { at, fault: plainText(answer.failed, 200) };
  if (!status.includes(answer.status)) {
    return { at, fault: `status ${answer.status} instead of ${status.join(" or ")}` };
  }
  if (text !== null && !answer.body.includes(text)) {
    return { at, fault: `the answer lacks "${plainText(text, 80)}"` };
  }
  const late = answer.tookMs > within;
  return { at, fault: late ? `took ${Math.round(answer.tookMs)} ms, more than ${within} ms` : null };
}

/** How many results in a row change the state. */
interface ProbeLaw {
  failures: number;
  successes: number;
}

/** With one request every 15 seconds, an outage is found within half a minute. */
export const PROBE_DEFAULTS: ProbeLaw = { failures: 2, successes: 1 };

interface ProbeVerdict {
  /** `suspicious`: it failed, but not yet often enough in a row. */
  state: "noData" | "calm" | "suspicious" | "down";
  /** The first result of the run that made the state; null without results. */
  since: Instant | null;
  /** The result at which the run was long enough; null unless it is down. */
  downAt: Instant | null;
  /** Failures in a row until now. */
  failures: number;
  /** What was wrong with the latest failure of the run; null while none goes on. */
  fault: string | null;
}

/** The verdict on results in any order; of several of one instant a failure counts. */
export function probeVerdict(law: ProbeLaw, results: readonly ProbeResult[]): ProbeVerdict {
  const faults = new Map<Instant, string | null>();
  for (const { at, fault } of results) faults.set(at, fault ?? faults.get(at) ?? null);
  const ordered = [...faults].sort(([a], [b]) => a - b);
  const verdict: ProbeVerdict = { state: "noData", since: null, downAt: null, failures: 0, fault: null };
  let successes = 0;
  let firstSuccess: Instant | null = null;
  let firstFailure: Instant | null = null;
  for (const [at, fault] of ordered) {
    if (fault !== null) {
      successes = 0;
      firstFailure = verdict.failures === 0 ? at : firstFailure;
      verdict.failures++;
      verdict.fault = fault;
      if (verdict.state === "down") continue;
      verdict.since = firstFailure;
      verdict.state = verdict.failures >= law.failures ? "down" : "suspicious";
      verdict.downAt = verdict.state === "down" ? at : null;
      continue;
    }
    firstSuccess = successes === 0 ? at : firstSuccess;
    successes++;
    verdict.failures = 0;
    verdict.fault = null;
    if (verdict.state === "calm" || (verdict.state === "down" && successes < law.successes)) continue;
    verdict.state = "calm";
    verdict.since = firstSuccess;
    verdict.downAt = null;
  }
  return verdict;
}

/** Replays a probe over one past watch, as a finding of a backtest. */
export function replayProbe(
  law: ProbeLaw,
  { shippedAt, endsAt }: { shippedAt: Instant; endsAt: Instant },
  results: readonly ProbeResult[],
) {
  const watched = results.filter(({ at }) => at > shippedAt && at <= endsAt).sort((a, b) => a.at - b.at);
  for (const [i] of watched.entries()) {
    const numbers = probeVerdict(law, watched.slice(0, i + 1));
    if (numbers.downAt !== null) return { alarmedAt: numbers.downAt, conclusive: true, numbers };
  }
  const numbers = probeVerdict(law, watched);
  return { alarmedAt: null, conclusive: numbers.state !== "noData", numbers };
}
