import type { Drop } from "../../domain/drop/drop.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { shortTime } from "../model/text.ts";
import type { DropRef } from "../undo/dropRef.ts";
import { undoTooltip } from "../undo/undoTooltip.ts";
import { Row, type Scene, treeItem } from "./row.ts";
import { type UndoFacts, undoFace } from "./undoFace.ts";
import { undoParts } from "./undoParts.ts";

/** A drop before the current one. Whether it can be taken back is looked at when its row comes on view. */
export class PastDropRow extends Row {
  readonly #scene: Scene;
  readonly #drop: Drop;
  #facts: Promise<UndoFacts> | null = null;

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#scene = scene;
    this.#drop = drop;
  }

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  override get root(): string {
    return this.drop.root;
  }

  async item() {
    const { tag, shippedAt } = this.#drop;
    const { now } = this.#scene;
    const facts = await this.#look();
    const { state, words, color } = undoFace(facts, now);
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: `${shortTime(shippedAt, now)}${assumedWords(this.#drop)} · ${words}`,
      icon: state === "undone" ? "pass" : "tag",
      color: state === "ready" ? undefined : color,
      tooltip: { markdown: undoTooltip(this.#drop, facts, now) },
      context: ["pastdrop", state, facts.record.undone ? "taken" : "standing"],
      state: "collapsed",
    });
  }

  protected override async build(): Promise<Row[]> {
    return undoParts(this.id, this.drop, await this.#look(), this.#scene.now);
  }

  #look(): Promise<UndoFacts> {
    this.#facts ??= this.#judge();
    return this.#facts;
  }

  async #judge(): Promise<UndoFacts> {
    const { project } = this.#scene;
    const { release } = project.reading!;
    const { running } = project.undo;
    return {
      readiness: await project.project.undo.of(release, this.#drop),
      record: recordOf(release, this.#drop.tag),
      commits: null,
      running: running?.tag === this.#drop.tag ? running : null,
    };
  }
}
