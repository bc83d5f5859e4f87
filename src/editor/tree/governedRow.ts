import type { Governance } from "../../app/gate/governance.ts";
import { readingNow } from "../governance/gateNow.ts";
import { type Looks, Row, type Scene, treeItem } from "./row.ts";

/** How a row looks while it is not known yet (null) what council and gate say, and then. */
export type GovernedFace = (governance: Governance | null, scene: Scene) => Looks;

/** A row that is drawn from what council and gate say, and again when they say something else. */
export class GovernedRow extends Row {
  readonly #face: GovernedFace;
  readonly #parts: (governance: Governance, scene: Scene) => Row[];
  #scene: Scene;
  /** As it was read; and as it stands at the instant of the scene, when a soak may be over. */
  #read: Governance | null;
  #known: Governance | null;

  constructor(
    id: string,
    scene: Scene,
    face: GovernedFace,
    parts: (governance: Governance, scene: Scene) => Row[] = () => [],
  ) {
    super(id);
    this.#scene = scene;
    this.#read = scene.project.governance.known;
    this.#known = standingAt(scene);
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
    const { known } = scene.project.governance;
    const before = [this.#read, gatesIn(this.#known)];
    this.#scene = scene;
    this.#read = known;
    this.#known = standingAt(scene);
    if (before[0] === known && before[1] === gatesIn(this.#known)) return false;
    this.forget();
    return true;
  }

  protected override build(): Row[] {
    return this.#known ? this.#parts(this.#known, this.#scene) : [];
  }
}

function standingAt(scene: Scene): Governance | null {
  const { known } = scene.project.governance;
  if (!known) return null;
  const { next, current } = known;
  return {
    ...known,
    next: next && readingNow(next, scene),
    current: current && readingNow(current, scene),
  };
}

/** Tells verdicts apart. */
const gatesIn = (known: Governance | null) => JSON.stringify([known?.next?.gate, known?.current?.gate]);
