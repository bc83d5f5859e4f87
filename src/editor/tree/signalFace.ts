import type { SignalView } from "../../app/watch/watchNews.ts";
import {
  breachText,
  type Evaluation,
  numberText,
  type SecretTrouble,
  type SignalState,
  sparkline,
} from "../../domain/signal/signal.ts";
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
    tooltip: tooltipOf(view, words),
    spoken: spokenOf(view, words, now),
  };
}

function descriptionOf({ signal, numbers }: SignalView, found: Evaluation, now: Instant): string {
  const state = stateWords(signal, found, now);
  if (found.secret) return state;
  const value = found.value === null ? "–" : numberText(found.value);
  const line = lineOf(signal, numbers.slice(-SHOWN));
  // What falls off at the edge of a narrow sidebar is the line.
  return [value, breachText(signal.breach), "·", state, line].filter(Boolean).join(" ");
}

/** What people can mend comes first; a state that was left as it was says that nothing was read since. */
function stateWords(signal: SignalView["signal"], found: Evaluation, now: Instant): string {
  const { state, failures } = found;
  const secret = secretWords(signal, found);
  const since = `${LOOKS[state].words} since ${shortTime(found.since, now)}`;
  if (secret !== null) return `${secret} · ${since}`;
  const lost = failures > 0 && state !== "noData" && state !== "error";
  return lost ? `${since}, ${counted(failures, "reading")} failed` : since;
}

function secretWords({ source }: SignalView["signal"], { secret }: Evaluation): string | null {
  if (secret === null || !source.auth) return null;
  return `secret “${plainText(source.auth.secret, 40)}” ${SECRET_WORDS[secret]}`;
}

const lineOf = ({ breach }: SignalView["signal"], numbers: SignalView["numbers"]) =>
  sparkline(numbers, breach?.value ?? null);

function tooltipOf({ signal, found, numbers }: SignalView, words: string): string {
  const { source } = signal;
  const name = `**${markdownText(signal.name)}**`;
  const lines = [found ? `${name} — ${words} since ${fullTime(found.since)}` : `${name} — ${words}`];
  if (found) lines.push(markdownText(found.why), `Read: ${fullTime(found.at)}`);
  if (found?.breachingSince != null) lines.push(`Breaching since: ${fullTime(found.breachingSince)}`);
  if (numbers.some((number) => number !== null)) lines.push(`Latest readings: ${lineOf(signal, numbers)}`);
  if (found?.secret) lines.push("Press the row to set the secret.");
  const asked = source.kind === "prometheus" ? source.query : source.matchers.join(", ");
  lines.push(
    `Reads: ${markdownText(asked, 400)} at ${markdownText(new URL(source.url).host, 100)}`,
    `Every ${writeDuration(signal.every)}; breached when it holds for ${writeDuration(signal.for)}; then: ${signal.then}`,
  );
  return lines.join("\n\n");
}

function spokenOf({ signal, found }: SignalView, words: string, now: Instant): string {
  const value = found?.value == null ? "no number" : numberText(found.value);
  const state = found ? stateWords(signal, found, now) : words;
  return `Signal ${plainText(signal.name, 60)}, ${state}, ${value}, threshold ${breachText(signal.breach)}`;
}
