import type { SignalView } from "../../app/watch/watchNews.ts";
import { askedBy } from "../../domain/policy/signalTerms.ts";
import { readingWords } from "../../domain/signal/detection.ts";
import { breachText, numberText, sparkline } from "../../domain/signal/numbers.ts";
import type { Evaluation, SecretTrouble, SignalState } from "../../domain/signal/signal.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText } from "../../domain/text/plainText.ts";
import { writeDuration } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ColorId } from "../model/ids.ts";
import { fullTime, shortTime } from "../model/text.ts";

/** How many numbers fit beside a name in a sidebar: the newest, which stand at the edge, must not be cut off. */
const SHOWN = 8;

const LOOKS: Record<SignalState, { icon: string; color: ColorId; words: string }> = {
  calm: { icon: "pass", color: "dropclock.met", words: "calm" },
  notEnoughTraffic: { icon: "question", color: "dropclock.idle", words: "not enough traffic yet" },
  pending: { icon: "warning", color: "dropclock.warned", words: "pending" },
  breached: { icon: "error", color: "dropclock.breached", words: "breached" },
  noData: { icon: "question", color: "dropclock.idle", words: "no data" },
  error: { icon: "debug-disconnect", color: "dropclock.warned", words: "cannot be read" },
};

const UNREAD = { icon: "question", color: "dropclock.idle", words: "being read …" } as const;

/** What lacks a secret cannot be read, whatever is still thought of it. */
const LOCKED = { icon: "key", color: "dropclock.warned" } as const;

const SECRET_WORDS: Record<SecretTrouble, string> = { unset: "is not set", refused: "is not accepted" };

export interface SignalFace {
  icon: string;
  color: ColorId;
  /** Short enough for a row. */
  description: string;
  /** Markdown in which what is foreign is inert. */
  tooltip: string;
  /** What a screen reader says. */
  spoken: string;
}

/** One signal while it is watched: its latest number, its threshold, since when it is how it is, how it came to that. */
export function signalFace(view: SignalView, now: Instant): SignalFace {
  const { found } = view;
  const { icon, color, words } = found ? LOOKS[found.state] : UNREAD;
  return {
    icon,
    color,
    ...(found?.secret ? LOCKED : {}),
    description: found ? descriptionOf(view, found, now) : words,
    tooltip: tooltipOf(view, found ? nameOf(found) : words),
    spoken: spokenOf(view, words, now),
  };
}

function descriptionOf({ signal, numbers }: SignalView, found: Evaluation, now: Instant): string {
  const state = stateWords(signal, found, now);
  if (found.secret) return state;
  const { value, against, limit } = wordsOf(signal, found);
  const line = sparkline(numbers.slice(-SHOWN), limit);
  // What falls off at the edge of a narrow sidebar is the line.
  return [value, against, "·", state, line].filter(Boolean).join(" ");
}

/** Its number, and what that is held against. */
function wordsOf({ breach }: SignalView["signal"], found: Evaluation | null) {
  if (found?.detection) return readingWords(found.detection, found.value);
  const value = found?.value == null ? "–" : numberText(found.value);
  return { value, against: breachText(breach), limit: breach?.value ?? null };
}

/** A comparison has words of its own for a breach, and for what may become one. */
function nameOf({ state, detection }: Evaluation): string {
  if (detection?.kind !== "compare") return LOOKS[state].words;
  return state === "breached" ? "regressed" : state === "pending" ? "suspicious" : LOOKS[state].words;
}

/** What people can mend comes first; a state that was left as it was says that nothing was read since. */
function stateWords(signal: SignalView["signal"], found: Evaluation, now: Instant): string {
  const { state, failures } = found;
  const secret = secretWords(signal, found);
  const since = `${nameOf(found)} since ${shortTime(found.since, now)}`;
  if (secret !== null) return `${secret} · ${since}`;
  const lost = failures > 0 && state !== "noData" && state !== "error";
  return lost ? `${since}, ${counted(failures, "reading")} failed` : since;
}

function secretWords({ source }: SignalView["signal"], { secret }: Evaluation): string | null {
  if (secret === null || !source.auth) return null;
  return `secret “${plainText(source.auth.secret, 40)}” ${SECRET_WORDS[secret]}`;
}

function tooltipOf({ signal, found, numbers }: SignalView, words: string): string {
  const { source } = signal;
  const name = `**${markdownText(signal.name)}**`;
  const lines = [found ? `${name} — ${words} since ${fullTime(found.since)}` : `${name} — ${words}`];
  if (found) lines.push(markdownText(found.why), `Read: ${fullTime(found.at)}`);
  if (found?.breachingSince != null) lines.push(`Breaching since: ${fullTime(found.breachingSince)}`);
  if (numbers.some((number) => number !== null))
    lines.push(`Latest readings: ${sparkline(numbers, wordsOf(signal, found).limit)}`);
  if (found?.secret) lines.push("Press the row to set the secret.");
  const asked = askedBy(source);
  lines.push(
    `Reads: ${markdownText(asked, 400)} at ${markdownText(new URL(source.url).host, 100)}`,
    `Every ${writeDuration(signal.every)}; ${signal.breach ? `breached when it holds for ${writeDuration(signal.for)}; ` : ""}then: ${signal.then}${signal.flag === undefined ? "" : ` ${markdownText(signal.flag, 60)}`}`,
  );
  return lines.join("\n\n");
}

function spokenOf({ signal, found }: SignalView, words: string, now: Instant): string {
  const { value, against } = wordsOf(signal, found);
  const number = found?.value == null ? "no number" : value;
  const state = found ? stateWords(signal, found, now) : words;
  const held = found?.detection ? (against === "" ? "" : `, ${against}`) : `, threshold ${against}`;
  return `Signal ${plainText(signal.name, 60)}, ${state}, ${number}${held}`;
}
