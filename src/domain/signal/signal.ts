import type { Comparison, Signal } from "../policy/policy.ts";
import { counted } from "../text/counted.ts";
import { plainText } from "../text/plainText.ts";
import { exactly } from "../time/duration.ts";
import type { Instant } from "../time/instant.ts";
import type { Detection } from "./detection.ts";
import { judge } from "./judgement.ts";
import { numberText } from "./numbers.ts";

/** One number of an answer. NaN is no number: it counts as no data. */
export interface Series {
  /** What tells it from its neighbours; null where there is only one, without a name. */
  name: string | null;
  value: number;
}

/** What is wrong with the secret that a source needs: nobody has set it, or the server does not take it. */
export type SecretTrouble = "unset" | "refused";

/**
 * What a source said once: numbers (none: no data), with the traffic that they are of where that was asked for; what it
 * has judged itself; or why it could not say anything, as a sentence.
 */
export type Answer = { series: readonly Series[]; traffic?: number } | { detection: Detection } | Failure;

export interface Failure {
  failed: string;
  /** Where that is why, since people can mend it. */
  secret?: SecretTrouble;
  /** The name of that secret, where a signal has several. */
  named?: string;
}

/** Of an answer, when it came. */
export interface Reading {
  at: Instant;
  answer: Answer;
}

export const SIGNAL_STATES = ["calm", "notEnoughTraffic", "pending", "breached", "noData", "error"] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];

/** What a reading decided, and why: kept with it. */
export interface Evaluation {
  at: Instant;
  state: SignalState;
  /** Since when it is in this state without a break. */
  since: Instant;
  /** The number that counted, and the series that it came from. Null where there was none. */
  value: number | null;
  series: string | null;
  /** The first breaching reading of the run that goes on; null while none does. */
  breachingSince: Instant | null;
  /** How many readings in a row told nothing. */
  failures: number;
  /** What the latest reading lacked to succeed, where a secret mends it. */
  secret: SecretTrouble | null;
  /** The name of that secret, where a signal has several. */
  secretName?: string;
  /** One inert line. */
  why: string;
  /** What it was judged by, where that is more than a number. */
  detection?: Detection;
}

type Law = Pick<Signal, "breach" | "for" | "every" | "noData" | "errors" | "minimum">;

/** A reading may take so long; a gap that is longer than that can hold a calm reading which nobody saw. */
const SLACK_MS = 30_000;

/**
 * The law of a signal. A breach counts once it has held for `for`, from the first breaching reading to the latest; one
 * calm reading starts that again. A reading that failed is no reading: it neither calms nor breaches, and leaves the
 * state as it was, until `errors` of them in a row make it `error`. What held before an error, or before a gap in
 * which as many readings are missing, is forgotten.
 */
export function evaluate(law: Law, before: Evaluation | null, { at, answer }: Reading): Evaluation {
  const last = before && at - before.at > longestGap(law) ? { ...before, breachingSince: null } : before;
  const detection = detectionIn(answer, law);
  if (detection) return judged(law, last, at, detection);
  if ("detection" in answer) return evaluate(law, before, { at, answer: { series: [] } });
  const worst = "failed" in answer ? null : worstOf(answer.series, law.breach);
  const verdict =
    "failed" in answer ? "failed" : worst ? verdictOf(worst.value, law.breach) : EMPTY[law.noData];
  const secret = ("failed" in answer && answer.secret) || null;
  const named = "failed" in answer && answer.named !== undefined ? { secretName: answer.named } : {};
  const found = { at, value: worst?.value ?? null, series: worst?.name ?? null, secret, ...named };
  if (verdict === "failed" || verdict === "empty") {
    const words = "failed" in answer ? plainText(answer.failed) : emptyWords(answer.series);
    return { ...found, ...fruitless(law, last, at, verdict, words) };
  }
  const words = worst ? numberWords(worst, law.breach) : emptyWords("failed" in answer ? [] : answer.series);
  return { ...found, failures: 0, ...decided(law, last, at, verdict, words) };
}

/** What a source has judged itself; null where it counted nothing, or gave numbers that have traffic enough. */
function detectionIn(answer: Answer, { minimum }: Law): Detection | null {
  if ("detection" in answer) {
    const { detection } = answer;
    const empty =
      (detection.kind === "burn" || detection.kind === "probe") && detection.verdict.state === "noData";
    return empty ? null : detection;
  }
  if ("failed" in answer || !minimum?.traffic) return null;
  const events = answer.traffic ?? 0;
  return events < minimum.events ? { kind: "traffic", events, least: minimum.events } : null;
}

function judged(law: Law, last: Evaluation | null, at: Instant, detection: Detection): Evaluation {
  const { state, value, began, why } = judge(detection, law.minimum?.events ?? 0);
  const first = began === null ? null : Math.min(began, at);
  const found = { at, value, series: null, failures: 0, secret: null, detection };
  return { ...found, ...stateOf(state, last, at, first, why) };
}

/** Readings further apart than that do not belong to one run. Milliseconds. */
export const longestGap = ({ errors, every }: Pick<Law, "errors" | "every">) =>
  (errors + 1) * every + SLACK_MS;

type Decision = Pick<Evaluation, "state" | "since" | "breachingSince" | "why">;

function decided(
  law: Law,
  last: Evaluation | null,
  at: Instant,
  verdict: "calm" | "breaching",
  words: string,
): Decision {
  if (verdict === "calm") return stateOf("calm", last, at, null, `${words}: calm`);
  // A clock that was put back must not make a run that never ends.
  const first = Math.min(last?.breachingSince ?? at, at);
  const held = at - first;
  if (held >= law.for) return stateOf("breached", last, at, first, `${words}, held for ${exactly(held)}`);
  const why = `${words}, held for ${exactly(held)} of ${exactly(law.for)}`;
  return stateOf("pending", last, at, first, why);
}

function fruitless(
  law: Law,
  last: Evaluation | null,
  at: Instant,
  verdict: "failed" | "empty",
  words: string,
): Decision & Pick<Evaluation, "failures"> {
  const failures = (last?.failures ?? 0) + 1;
  const times = `${counted(failures, "time")} in a row`;
  if (failures >= law.errors) return { failures, ...stateOf("error", last, at, null, `${words} (${times})`) };
  // An empty answer is an answer: there is nothing. A failed one says nothing about the service.
  const state = verdict === "empty" || last === null ? "noData" : last.state;
  return { failures, ...stateOf(state, last, at, last?.breachingSince ?? null, `${words} (${times})`) };
}

function stateOf(
  state: SignalState,
  last: Evaluation | null,
  at: Instant,
  breachingSince: Instant | null,
  why: string,
): Decision {
  return { state, since: last?.state === state ? last.since : at, breachingSince, why };
}

const EMPTY = { calm: "calm", breach: "breaching", error: "empty" } as const;

/** The series that is nearest to a breach, or furthest into it; ties go to the first by name. Null: no data. */
export function worstOf(series: readonly Series[], breach: Comparison | null): Series | null {
  let worst: Series | null = null;
  for (const each of series) {
    if (Number.isNaN(each.value)) continue;
    if (worst === null || isWorse(each, worst, breach)) worst = each;
  }
  return worst;
}

function isWorse(a: Series, b: Series, breach: Comparison | null): boolean {
  const [x, y] = [badness(a.value, breach), badness(b.value, breach)];
  if (x !== y) return x > y;
  // Whatever the order that they came in, the same one is named.
  return a.name === b.name ? a.value < b.value : (a.name ?? "") < (b.name ?? "");
}

/** Ascends towards the breach and into it. */
function badness(value: number, breach: Comparison | null): number {
  switch (breach?.operator) {
    case "<":
    case "<=":
      return -value;
    case "==":
      return -distance(value, breach.value);
    case "!=":
      return distance(value, breach.value);
    default:
      return value;
  }
}

// The difference of two equal infinities is no number.
const distance = (a: number, b: number) => (a === b ? 0 : Math.abs(a - b));

/** Without a comparison the source says it itself: whatever it names is a breach. */
function verdictOf(value: number, breach: Comparison | null): "calm" | "breaching" {
  return breach === null || isBreaching(value, breach) ? "breaching" : "calm";
}

export function isBreaching(value: number, { operator, value: limit }: Comparison): boolean {
  switch (operator) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case "==":
      return value === limit;
    case "!=":
      return value !== limit;
  }
}

function numberWords({ name, value }: Series, breach: Comparison | null): string {
  const of = name === null ? "" : ` of ${plainText(name, 120)}`;
  if (breach === null) return name === null ? "firing" : `${plainText(name, 120)} is firing`;
  const { operator, value: limit } = breach;
  const compared = isBreaching(value, breach) ? "" : "not ";
  return `${numberText(value)}${of} is ${compared}${operator} ${numberText(limit)}`;
}

function emptyWords(series: readonly Series[]): string {
  return series.length > 0 ? "the answer is not a number (NaN)" : "the answer is empty";
}
