import type { Governance } from "../../app/gate/governance.ts";
import { type Looks, Row, type Scene, treeItem } from "./row.ts";

/** How a row looks while it is not known yet (null) what council and gate say, and then. */
export type GovernedFace = (governance: Governance | null, scene: Scene) => Looks;

/** A row that is drawn from what council and gate say, and again when they say something else. */
export class GovernedRow extends Row {
  readonly #face: GovernedFace;
  readonly #parts: (governance: Governance, scene: Scene) => Row[];
  #scene: Scene;
  #known: Governance | null;

  constructor(
    id: string,
    scene: Scene,
    face: GovernedFace,
    parts: (governance: Governance, scene: Scene) => Row[] = () => [],
  ) {
    super(id);
    this.#scene = scene;
    this.#known = scene.project.governance.known;
    this.#face = face;
    this.#parts = parts;
  }

  override get root(): string {
    return this.#scene.project.project.root;
  }

  item() {
    return treeItem(this.id, this.#face(this.#known, this.#scene));
  }

  override tick(scene: Scene): boolean {
    const before = this.#known;
    this.#scene = scene;
    this.#known = scene.project.governance.known;
    if (before === this.#known) return false;
    this.forget();
    return true;
  }

  protected override build(): Row[] {
    return this.#known ? this.#parts(this.#known, this.#scene) : [];
  }
}
