import type { Drop } from "../../domain/drop.ts";
import { assumedWords, newerTagWords } from "../../domain/dropWording.ts";
import { markdownText, plainText } from "../../domain/plainText.ts";
import { fullTime, shortTime } from "../time/localTime.ts";
import type { DropRef } from "../undo/dropRef.ts";
import { checklistRow, dropFlagsRow } from "./checklistRows.ts";
import { FactRow } from "./factRow.ts";
import { Row, type Scene, treeItem } from "./row.ts";
import { RunbookRow } from "./runbookRow.ts";
import { currentRiskRow, stageRow } from "./stageRow.ts";
import { factsOf } from "./undoRow.ts";

/** The current drop: which, since when, and what it is made of. */
export class DropRow extends Row {
  readonly #scene: Scene;
  readonly #drop: Drop;

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#scene = scene;
    this.#drop = drop;
  }

  item() {
    const { tag, shippedAt, commit, moved, deleted } = this.#drop;
    const assumed = assumedWords(this.#drop);
    const parts = [`shipped ${shortTime(shippedAt, this.#scene.now)}${assumed}`];
    const commits = this.#commits();
    if (commits) parts.push(commits);
    const { undone } = factsOf(this.#scene, this.#drop).record;
    if (undone) parts.push("undone");
    if (deleted) parts.push("tag deleted");
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: parts.join(" · "),
      icon: moved ? "warning" : "rocket",
      color: moved ? "list.warningForeground" : undefined,
      tooltip: {
        markdown: `**${markdownText(tag)}** — the current drop\n\nShipped: ${fullTime(shippedAt)}${assumed ? ", assumed: the date of its commit, for its tag has none" : ""}\n\nCommit: ${commit.slice(0, 12)}`,
      },
      context: ["drop", undone ? "undone" : "standing"],
      state: "collapsed",
      spoken: `Current drop ${plainText(tag, 80)}, ${parts.join(", ")}`,
    });
  }

  protected override build(): Row[] {
    const { previous, commit, moved } = this.#drop;
    const { branch, shallow } = this.#scene.project.reading!.release;
    const rows: Row[] = [...newerTagRows(this.id, this.#scene)];
    if (moved) {
      rows.push(
        new FactRow(`${this.id}/moved`, {
          label: "Moved tag",
          description: `now ${moved.now.slice(0, 9)} · shipped was ${moved.recorded.slice(0, 9)}`,
          icon: "warning",
          color: "list.warningForeground",
          tooltip: "The tag names another commit than the one recorded as shipped. The recorded one counts.",
        }),
      );
    }
    rows.push(
      this.#fact(
        "Commit",
        `${commit.slice(0, 9)}${branch ? ` on ${plainText(branch.name, 60)}` : ""}`,
        "git-commit",
      ),
    );
    const since = this.#commits();
    const before = previous
      ? `${plainText(previous, 60)}${since ? ` · ${since} since` : ""}`
      : shallow
        ? "not known, the clone is shallow"
        : "none, it is the first";
    rows.push(this.#fact("Previous drop", before, "tag"));
    rows.push(new RunbookRow(`${this.id}/runbook`, this.#scene, this.#drop.tag));
    if (this.#scene.status.policy.policy.flags)
      rows.push(dropFlagsRow(`${this.id}/flags`, this.#scene, this.#drop));
    const { stages, risk } = this.#scene.status.policy.policy;
    if (stages.length > 0) rows.push(stageRow(`${this.id}/stage`, this.#scene));
    if (risk.length > 0) rows.push(currentRiskRow(`${this.id}/release`, this.#scene));
    rows.push(checklistRow(`${this.id}/checklist`, this.#scene, this.#drop));
    return rows;
  }

  #fact(label: string, description: string, icon: string): Row {
    return new FactRow(`${this.id}/${label}`, { label, description, icon });
  }

  #commits(): string | null {
    const n = this.#scene.project.reading?.commits ?? null;
    return n === null ? null : `${n} commit${n === 1 ? "" : "s"}`;
  }
}

/** Tags that people may take for the current drop. */
export function newerTagRows(id: string, { project }: Scene): Row[] {
  const release = project.reading?.release;
  const words = release && newerTagWords(release);
  if (!words) return [];
  return [
    new FactRow(`${id}/newer`, {
      label: "Newer tag",
      description: `${plainText(release.newerTags[0]!.tag, 60)} · on no release branch`,
      icon: "warning",
      color: "list.warningForeground",
      tooltip: words,
    }),
  ];
}
