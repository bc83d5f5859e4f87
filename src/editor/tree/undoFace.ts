import type { Readiness } from "../../app/project/readiness.ts";
import { readinessWords } from "../../app/project/readinessWords.ts";
import type { Rehearsal } from "../../domain/drop/drills.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import {
  type DropRecord,
  openAttempt,
  type UndoAttempt,
  type UndoState,
  undoStateOf,
} from "../../domain/drop/dropRecord.ts";
import { type UndoProgress, type UndoStage, undoProgress } from "../../domain/drop/undoStage.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ColorId, CommandName } from "../model/ids.ts";
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
  /** The incident that it is to end, and whether it is mitigated; null: there is none. */
  incident: { id: string; mitigated: boolean } | null;
}

export interface UndoFace {
  state: UndoState;
  /** How far it has come; null where nothing of it is done. */
  progress: UndoProgress | null;
  /** The command that brings an undo that was made to its next stage; null where there is none. */
  leadsTo: CommandName | null;
  /** Short enough for a row. */
  words: string;
  icon: string;
  color: ColorId | "list.warningForeground" | "list.errorForeground" | undefined;
}

type Look = Pick<UndoFace, "icon" | "color">;

const LOOKS: Record<UndoState, Look> = {
  looking: { icon: "discard", color: "dropclock.idle" },
  ready: { icon: "discard", color: "dropclock.met" },
  conflicts: { icon: "warning", color: "list.warningForeground" },
  nothing: { icon: "circle-slash", color: "dropclock.idle" },
  unknown: { icon: "question", color: "list.warningForeground" },
  running: { icon: "loading~spin", color: "dropclock.running" },
  stopped: { icon: "debug-pause", color: "list.warningForeground" },
  // Its stage says more.
  undone: { icon: "pass", color: "dropclock.met" },
};

/** What is done, and what is not done yet. Amber until people are no longer hit. */
const STAGES: Record<UndoStage, { icon: string; words: string; lacks: string }> = {
  made: { icon: "git-branch", words: "on its branch", lacks: "not merged" },
  pushed: { icon: "repo-push", words: "branch pushed", lacks: "no pull request seen" },
  requested: { icon: "git-pull-request", words: "pull request open", lacks: "not merged" },
  merged: { icon: "git-merge", words: "merged", lacks: "not mitigated" },
  deployed: { icon: "server-process", words: "deployed", lacks: "not mitigated" },
  mitigated: { icon: "pass", words: "mitigated", lacks: "not merged" },
};

/** How a row shows the undo of a drop. */
export function undoFace(facts: UndoFacts, now: Instant): UndoFace {
  const state = undoStateOf(facts.record, facts.running !== null, facts.readiness?.state ?? "looking");
  const progress = undoProgress(facts.record, {
    merged: facts.readiness?.merged ?? null,
    mitigated: facts.incident?.mitigated ?? null,
  });
  const looks = LOOKS[state];
  const base = { state, progress, words: wordsFor(state, facts, now, progress) };
  if (state !== "undone" || !progress) return { ...base, leadsTo: null, ...looks };
  return {
    ...base,
    leadsTo: leadsTo(progress, facts.incident !== null),
    icon: STAGES[progress.stage].icon,
    color: progress.over ? "dropclock.met" : "dropclock.warned",
  };
}

function leadsTo({ stage, url, over, unmerged }: UndoProgress, hasIncident: boolean): CommandName | null {
  if (over) return null;
  if ((stage === "merged" || stage === "deployed") && hasIncident) return "markMitigated";
  if (!unmerged && stage !== "requested" && stage !== "pushed" && stage !== "made") return null;
  if (url === null) return "openUndoBranch";
  return stage === "pushed" ? "createPullRequest" : "openPullRequest";
}

/** `branch pushed · no pull request seen`. */
function stageWords({ stage, over, unmerged }: UndoProgress): string {
  const { words, lacks } = STAGES[stage];
  if (over) return words;
  return `${words} · ${stage === "deployed" && unmerged ? "not merged" : lacks}`;
}

function wordsFor(state: UndoState, facts: UndoFacts, now: Instant, progress: UndoProgress | null): string {
  const { readiness, record, commits, running } = facts;
  switch (state) {
    case "looking":
      return "";
    case "running":
      return running!.doing;
    case "stopped":
      return [
        stoppedWords(openAttempt(record)!, now),
        progress && progress.stage !== "made" ? STAGES[progress.stage].words : "",
      ]
        .filter(Boolean)
        .join(" · ");
    case "undone":
      return undoneWords(record, progress, now);
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

function undoneWords({ undone }: DropRecord, progress: UndoProgress | null, now: Instant): string {
  const stage = progress ? stageWords(progress) : "undone";
  return undone ? `${stage} · undone ${shortTime(undone.at, now)} by ${shownName(undone.by, 40)}` : stage;
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
