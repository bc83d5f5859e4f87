import { Uri } from "vscode";
import { isInTime, type Rehearsal } from "../../domain/drop/drills.ts";
import type { StepRecord } from "../../domain/drop/dropRecord.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import { exactly, roughly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Conflict } from "../../git/mergeTree.ts";
import { commandId } from "../model/ids.ts";
import type { DropRef } from "../model/refs.ts";
import { fullTime, shortDay, shortTime } from "../model/text.ts";
import { FactRow, type Looks, Row, type Scene, treeItem } from "./row.ts";
import { rehearsalWords, type UndoFacts } from "./undoFace.ts";

/** What stands below the row of an undo: where it collides, what it changes, what was done of it, how it was rehearsed. */
export function undoParts(id: string, drop: DropRef, facts: UndoFacts, now: Instant): Row[] {
  const { readiness, record } = facts;
  const rows: Row[] = [];
  const add = (name: string, looks: Looks) => rows.push(new FactRow(`${id}/${name}`, looks));
  const { attempt } = record;
  for (const [name, step] of attempt?.steps ?? []) add(`step/${name}`, stepLooks(name, step, now));
  if (!record.undone)
    for (const conflict of readiness?.conflicts ?? [])
      add(`conflict/${conflict.path}`, conflictLooks(conflict, drop));
  const { changes = [], kept = [] } = readiness?.outlook ?? {};
  if (changes.length > 0) add("changes", changesLooks(changes.length, drop));
  if (kept.length > 0) add("kept", keptLooks(kept.map(({ path }) => path)));
  const [last] = record.rehearsals;
  add("rehearsal", {
    label: "Rehearsal",
    description: rehearsalWords(last ?? null, now),
    icon: "beaker",
    color: last?.passed === false ? "list.warningForeground" : undefined,
    tooltip: last?.reason
      ? plainText(last.reason, 600)
      : "The same undo in a throw-away worktree, with the policy's checks; nothing is pushed.",
    context: ["rehearsal"],
  });
  return rows;
}

const OUTCOMES: Record<StepRecord["outcome"], Pick<Looks, "icon" | "color">> = {
  begun: { icon: "question", color: "list.warningForeground" },
  done: { icon: "pass", color: "dropclock.met" },
  failed: { icon: "error", color: "list.errorForeground" },
  skipped: { icon: "debug-step-over", color: "dropclock.idle" },
  cancelled: { icon: "debug-pause", color: "dropclock.idle" },
};

function stepLooks(name: string, { outcome, at, by, reason, url, commit }: StepRecord, now: Instant): Looks {
  const words = outcome === "begun" ? "begun, its end is not known" : outcome;
  const why = outcome === "failed" && reason ? `: ${plainText(reason, 80)}` : "";
  const lines = [
    reason && plainText(reason, 600),
    commit && `Commit ${commit.slice(0, 12)}`,
    url && plainText(url, 300),
  ];
  return {
    // Cut, so that there is room for what became of it.
    label: plainText(name, 36),
    description: `${words}${why} · ${shortTime(at, now)} by ${shownName(by, 40)}`,
    ...OUTCOMES[outcome],
    tooltip: [plainText(name, 300), ...lines.filter(Boolean)].join("\n"),
    ...(url && /^https:\/\//.test(url) ? { command: openLink(url) } : {}),
  };
}

function openLink(url: string) {
  return { title: "Open Link", command: "vscode.open", arguments: [Uri.parse(url)] };
}

function conflictLooks({ path, kind }: Conflict, drop: DropRef): Looks {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  return {
    label: plainText(path.slice(path.lastIndexOf("/") + 1), 100),
    description: [plainText(folder, 80), kind === "contents" ? "" : kind].filter(Boolean).join(" · "),
    icon: "git-merge",
    color: "list.warningForeground",
    tooltip: `${plainText(path)}\nWhat came after the drop builds on it here (${plainText(kind, 40)}). Press to see the three sides.`,
    command: {
      title: "Show Conflict",
      command: commandId("showUndoConflicts"),
      arguments: [{ ...drop, path }],
    },
    spoken: `Conflict in ${plainText(path)}, ${plainText(kind, 40)}`,
  };
}

function changesLooks(files: number, drop: DropRef): Looks {
  return {
    label: "Changes",
    description: `${counted(files, "file")} · branch against result`,
    icon: "diff-multiple",
    tooltip: "Press to see what the undo changes on the release branch.",
    command: { title: "Show Changes", command: commandId("showUndoChanges"), arguments: [drop] },
  };
}

function keptLooks(paths: readonly string[]): Looks {
  return {
    label: "Stays",
    description: `${counted(paths.length, "file")} · by rollback.keep`,
    icon: "pin",
    tooltip: paths
      .slice(0, 20)
      .map((path) => plainText(path))
      .join("\n"),
  };
}

/** When the next drill is due, and below it how the last ones went. */
export class DrillRow extends Row {
  readonly #scene: Scene;

  constructor(id: string, scene: Scene) {
    super(id);
    this.#scene = scene;
  }

  override get root(): string {
    return this.#scene.project.project.root;
  }

  item() {
    const { dueAt, overdue, recent } = this.#scene.status.drills;
    const due =
      dueAt === null
        ? "none asked for"
        : `${overdue ? "overdue since" : "due"} ${shortDay(dueAt, this.#scene.now)}`;
    return treeItem(this.id, {
      label: "Rollback drill",
      description: due,
      icon: "beaker",
      color: overdue ? "list.warningForeground" : undefined,
      tooltip: `An undo for exercise, on record with its time: it keeps the way back open.${dueAt === null ? "" : `\nDue: ${fullTime(dueAt)}`}`,
      context: ["drill", overdue ? "overdue" : "due"],
      state: recent.length > 0 ? "collapsed" : "leaf",
    });
  }

  protected override build(): Row[] {
    const { status, now } = this.#scene;
    return status.drills.recent.map((drill, i) => new FactRow(`${this.id}/${i}`, drillLooks(drill, now)));
  }
}

function drillLooks(drill: Rehearsal, now: Instant): Looks {
  const { tag, at, by, passed, durationMs, targetMs, reason } = drill;
  const inTime = isInTime(drill);
  const against = targetMs === null ? "" : ` of ${roughly(targetMs)}`;
  const verdict = passed ? (inTime ? "" : " · too slow") : " · failed";
  const lines = [
    `**Drill of ${markdownText(tag)}** — ${passed ? (inTime ? "passed" : "passed, past its target") : "failed"}`,
    `Took ${exactly(durationMs)}${against}`,
    reason && markdownText(reason, 600),
    `${fullTime(at)}, ${markdownText(by)}`,
  ];
  return {
    label: shortDay(at, now),
    description: `${exactly(durationMs)}${against}${verdict} · ${plainText(tag, 60)} · ${shownName(by, 40)}`,
    icon: passed ? (inTime ? "pass" : "warning") : "error",
    color: inTime ? "dropclock.met" : passed ? "dropclock.warned" : "dropclock.breached",
    tooltip: { markdown: lines.filter(Boolean).join("\n\n") },
  };
}
