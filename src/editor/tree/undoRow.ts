import type { Drop } from "../../domain/drop/drop.ts";
import { recordOf } from "../../domain/drop/release.ts";
import type { DropRef } from "../undo/dropRef.ts";
import { undoTooltip } from "../undo/undoTooltip.ts";
import { Row, type Scene, treeItem } from "./row.ts";
import { type UndoFace, type UndoFacts, undoFace } from "./undoFace.ts";
import { undoParts } from "./undoParts.ts";

/** States in which the rows below say what to do next. */
const TELLING = ["conflicts", "stopped", "running"];

/** Whether the current drop can be taken back, known before anybody presses the button; or how far that has come. */
export class UndoRow extends Row {
  readonly #drop: Drop;
  #scene: Scene;
  #facts: UndoFacts;

  constructor(id: string, scene: Scene, drop: Drop) {
    super(id);
    this.#drop = drop;
    this.#scene = scene;
    this.#facts = factsOf(scene, drop);
  }

  override get drop(): DropRef {
    return { root: this.#scene.project.project.root, tag: this.#drop.tag };
  }

  override get root(): string {
    return this.drop.root;
  }

  item() {
    const { state, words, icon, color } = this.#face();
    return treeItem(this.id, {
      label: "Undo",
      description: words,
      icon,
      color,
      tooltip: { markdown: undoTooltip(this.#drop, this.#facts, this.#scene.now) },
      context: ["undo", state, ...(this.#facts.record.undone ? ["taken"] : ["standing"])],
      state: TELLING.includes(state) ? "expanded" : "collapsed",
      spoken: `Undo of ${this.#drop.tag}, ${words || "being looked at"}`,
    });
  }

  override tick(scene: Scene): boolean {
    const before = this.#face();
    const { readiness, running } = this.#facts;
    this.#scene = scene;
    this.#facts = factsOf(scene, this.#drop);
    const now = this.#face();
    const others = this.#facts.readiness !== readiness || this.#facts.running !== running;
    if (others) this.forget();
    return others || now.state !== before.state || now.words !== before.words;
  }

  protected override build(): Row[] {
    return undoParts(this.id, this.drop, this.#facts, this.#scene.now);
  }

  #face(): UndoFace {
    return undoFace(this.#facts, this.#scene.now);
  }
}

/** What is known of the undo of the current drop. */
export function factsOf({ project }: Scene, { tag }: Drop): UndoFacts {
  const { readiness, running } = project.undo;
  return {
    readiness,
    record: recordOf(project.reading!.release, tag),
    commits: project.reading!.commits,
    running: running?.tag === tag ? running : null,
  };
}
