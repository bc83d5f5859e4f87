import type { Readiness } from "../../app/project/readiness.ts";
import { readinessWords } from "../../app/project/readinessWords.ts";
import type { Rehearsal } from "../../domain/drop/drills.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type DropRecord, openAttempt, type UndoAttempt } from "../../domain/drop/dropRecord.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ColorId } from "../model/ids.ts";
import type { Running } from "../model/projectState.ts";
import { fullTime, shortTime } from "../model/text.ts";

/** What there is to know about the undo of a drop, before it is put into words. */
export interface UndoFacts {
  /** Null: not looked at yet. */
  readiness: Readiness | null;
  record: DropRecord;
  /** How many commits go; null: not known. */
  commits: number | null;
  /** What this window is doing about it. */
  running: Running | null;
}

type UndoFaceState =
  | "looking"
  | "ready"
  | "conflicts"
  | "nothing"
  | "unknown"
  | "running"
  | "stopped"
  | "undone";

export interface UndoFace {
  state: UndoFaceState;
  /** Short enough for a row. */
  words: string;
  icon: string;
  color: ColorId | "list.warningForeground" | "list.errorForeground" | undefined;
}

type Look = Pick<UndoFace, "icon" | "color">;

const LOOKS: Record<UndoFaceState, Look> = {
  looking: { icon: "discard", color: "dropclock.idle" },
  ready: { icon: "discard", color: "dropclock.met" },
  conflicts: { icon: "warning", color: "list.warningForeground" },
  nothing: { icon: "circle-slash", color: "dropclock.idle" },
  unknown: { icon: "question", color: "list.warningForeground" },
  running: { icon: "loading~spin", color: "dropclock.running" },
  stopped: { icon: "debug-pause", color: "list.warningForeground" },
  undone: { icon: "pass", color: "dropclock.met" },
};

/** How the undo of a drop stands. What goes on comes before what was, and that before what could be. */
export function undoFace(facts: UndoFacts, now: Instant): UndoFace {
  const state = stateOf(facts);
  return { state, words: wordsFor(state, facts, now), ...LOOKS[state] };
}

function stateOf({ readiness, record, running }: UndoFacts): UndoFaceState {
  if (running) return "running";
  if (openAttempt(record)) return "stopped";
  if (record.undone) return "undone";
  return readiness?.state ?? "looking";
}

function wordsFor(state: UndoFaceState, facts: UndoFacts, now: Instant): string {
  const { readiness, record, commits, running } = facts;
  switch (state) {
    case "looking":
      return "";
    case "running":
      return running!.doing;
    case "stopped":
      return stoppedWords(openAttempt(record)!, now);
    case "undone":
      return undoneWords(record, readiness, now);
    case "conflicts":
      return `conflicts in ${counted(readiness!.conflicts.length, "file")}`;
    case "nothing":
      return "nothing to undo";
    case "unknown":
      return `unknown · ${firstClause(readiness!.why ?? "")}`;
    case "ready":
      return readinessWords(readiness!, commits);
  }
}

// A row has room for the reason, the tooltip for the way out.
const firstClause = (sentence: string) => plainText(sentence.split(/[;:,(]/)[0]!, 80);

function stoppedWords({ mode, failed, startedAt, by }: UndoAttempt, now: Instant): string {
  const what = mode === "reapply" ? "reapply " : "";
  if (failed) return `${what}stopped at ${plainText(failed.step, 40)}`;
  return `${what}not finished · begun ${shortTime(startedAt, now)} by ${shownName(by, 40)}`;
}

function undoneWords({ undone }: DropRecord, readiness: Readiness | null, now: Instant): string {
  const waits = readiness?.merged === false ? " · not merged yet" : "";
  return undone
    ? `undone ${shortTime(undone.at, now)} by ${shownName(undone.by, 40)}${waits}`
    : `undone${waits}`;
}

/** Everything there is to say about the undo of a drop, as Markdown in which what is foreign is inert. */
export function undoTooltip({ tag }: Drop, facts: UndoFacts, now: Instant): string {
  const { readiness, record, commits } = facts;
  const lines = [`**Undo ${markdownText(tag)}**`];
  const attempt = openAttempt(record);
  if (attempt?.failed) {
    const { step, reason, by, at } = attempt.failed;
    lines.push(
      `Stopped at ${markdownText(step)}: ${markdownText(reason, 600)}`,
      `${fullTime(at)}, ${markdownText(by)}`,
    );
  } else if (attempt) lines.push(`Begun ${fullTime(attempt.startedAt)} by ${markdownText(attempt.by)}`);
  if (record.undone) lines.push(`Undone ${fullTime(record.undone.at)} by ${markdownText(record.undone.by)}`);
  if (readiness && !record.undone) lines.push(markdownText(readinessWords(readiness, commits), 1000));
  lines.push(`Rehearsal: ${markdownText(rehearsalWords(record.rehearsals[0] ?? null, now))}`);
  return lines.join("\n\n");
}

/** How the last rehearsal went, for a row. */
export function rehearsalWords(rehearsal: Rehearsal | null, now: Instant): string {
  if (!rehearsal) return "never rehearsed";
  const { passed, at, durationMs, drill } = rehearsal;
  const what = drill ? "drill " : "";
  return `${what}${passed ? "passed" : "failed"} ${shortTime(at, now)} · took ${exactly(durationMs)}`;
}
