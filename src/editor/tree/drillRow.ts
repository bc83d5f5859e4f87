import { isInTime, type Rehearsal } from "../../domain/drop/drills.ts";
import { markdownText, plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { exactly, roughly } from "../../domain/wording.ts";
import { withoutMail } from "../eventWords.ts";
import { fullTime, shortDay } from "../model/text.ts";
import { FactRow } from "./factRow.ts";
import { type Looks, Row, type Scene, treeItem } from "./row.ts";

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
    description: `${exactly(durationMs)}${against}${verdict} · ${plainText(tag, 60)} · ${withoutMail(by)}`,
    icon: passed ? (inTime ? "pass" : "warning") : "error",
    color: inTime ? "dropclock.met" : passed ? "dropclock.warned" : "dropclock.breached",
    tooltip: { markdown: lines.filter(Boolean).join("\n\n") },
  };
}
