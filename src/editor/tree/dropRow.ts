import type { Drop, UnplacedDrop } from "../../domain/drop/drop.ts";
import { assumedWords, lostDropWords, newerTagWords } from "../../domain/drop/dropWording.ts";
import { markdownText, plainText } from "../../domain/text/plainText.ts";
import type { DropRef } from "../model/refs.ts";
import { fullTime, shortTime, withoutCommandLine } from "../model/text.ts";
import { FactRow, Row, type Scene, treeItem } from "./row.ts";
import { factsOf } from "./undoRow.ts";

/** The current drop: which, since when, and what it is made of. */
export class DropRow extends Row {
  readonly #drop: Drop;
  #scene: Scene;
  #unpushed: boolean;

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#scene = scene;
    this.#drop = drop;
    this.#unpushed = scene.project.tagOnRemote.lacks(drop.tag);
  }

  override tick(scene: Scene): boolean {
    const before = this.#unpushed;
    this.#scene = scene;
    this.#unpushed = scene.project.tagOnRemote.lacks(this.#drop.tag);
    return before !== this.#unpushed;
  }

  item() {
    const { tag, shippedAt, commit, moved, deleted } = this.#drop;
    const assumed = assumedWords(this.#drop);
    const parts = this.#unpushed ? ["tag not pushed"] : [];
    parts.push(`shipped ${shortTime(shippedAt, this.#scene.now)}${assumed}`);
    const commits = this.#commits();
    if (commits) parts.push(commits);
    const { undone } = factsOf(this.#scene, this.#drop).record;
    if (undone) parts.push("undone");
    if (deleted) parts.push("tag deleted");
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: parts.join(" · "),
      icon: moved || this.#unpushed ? "warning" : "rocket",
      color: moved || this.#unpushed ? "list.warningForeground" : undefined,
      tooltip: {
        markdown: `**${markdownText(tag)}** — the current drop\n\nShipped: ${fullTime(shippedAt)}${assumed ? ", assumed: the date of its commit, for its tag has none" : ""}\n\nCommit: ${commit.slice(0, 12)}`,
      },
      context: ["drop", undone ? "undone" : "standing", this.#unpushed ? "unpushed" : "pushed"],
      state: "collapsed",
      spoken: `Current drop ${plainText(tag, 80)}, ${parts.join(", ")}`,
    });
  }

  protected override async build(): Promise<Row[]> {
    const { dropParts } = await import("./dropParts.ts");
    return dropParts(this.id, this.#scene, this.#drop, this.#commits());
  }

  #commits(): string | null {
    const n = this.#scene.project.reading?.commits ?? null;
    return n === null ? null : `${n} commit${n === 1 ? "" : "s"}`;
  }
}

/** What people may take for the current drop, or miss among the drops: no release branch holds it. */
export function unheldRows(id: string, { project }: Scene): Row[] {
  const release = project.reading?.release;
  if (!release) return [];
  const row = (key: string, label: string, [first]: readonly UnplacedDrop[], words: string | null) =>
    first === undefined || words === null
      ? []
      : [
          new FactRow(`${id}/${key}`, {
            label,
            description: `${plainText(first.tag, 60)} · on no release branch`,
            icon: "warning",
            color: "list.warningForeground",
            tooltip: withoutCommandLine(words),
          }),
        ];
  return [
    ...row("newer", "Newer tag", release.newerTags, newerTagWords(release)),
    ...row("lost", "Lost drop", release.lostDrops, lostDropWords(release)),
  ];
}
