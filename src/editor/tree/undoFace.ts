import type { Readiness } from "../../app/project/readiness.ts";
import { readinessWords } from "../../app/project/readinessWords.ts";
import { type DropRecord, openAttempt, type UndoAttempt } from "../../domain/drop/dropRecord.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { counted } from "../../domain/wording.ts";
import { withoutMail } from "../eventWords.ts";
import type { ColorId } from "../model/ids.ts";
import type { Running } from "../model/projectState.ts";
import { shortTime } from "../model/text.ts";

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

export type UndoFaceState =
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
  return `${what}not finished · begun ${shortTime(startedAt, now)} by ${withoutMail(by)}`;
}

function undoneWords({ undone }: DropRecord, readiness: Readiness | null, now: Instant): string {
  const waits = readiness?.merged === false ? " · not merged yet" : "";
  return undone
    ? `undone ${shortTime(undone.at, now)} by ${withoutMail(undone.by)}${waits}`
    : `undone${waits}`;
}
