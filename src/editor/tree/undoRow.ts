import type { Drop } from "../../domain/drop/drop.ts";
import type { DropRecord } from "../../domain/drop/dropRecord.ts";
import { recordOf } from "../../domain/drop/release.ts";
import type { Status } from "../../domain/drop/status.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import type { DropRef, IncidentRef } from "../model/refs.ts";
import { type Looks, Row, type Scene, treeItem } from "./row.ts";
import { type UndoFace, type UndoFacts, undoFace, undoTooltip } from "./undoFace.ts";

const PRESSES: Partial<Record<UndoFace["state"], CommandName>> = {
  looking: "undoDrop",
  ready: "undoDrop",
  conflicts: "undoDrop",
  stopped: "continueUndo",
};

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

  /** The one that it is to end. */
  override get incident(): IncidentRef | null {
    const { incident } = this.#facts;
    return incident && { root: this.root, id: incident.id };
  }

  item() {
    const face = this.#face();
    const { state, words, icon, color } = face;
    return treeItem(this.id, {
      label: "Undo",
      description: words,
      icon,
      color,
      tooltip: { markdown: undoTooltip(this.#drop, this.#facts, this.#scene.now) },
      context: undoContext("undo", face, this.#facts),
      state: TELLING.includes(state) ? "expanded" : "collapsed",
      spoken: `Undo of ${this.#drop.tag}, ${words || "being looked at"}`,
      ...this.#command(face),
    });
  }

  /** A press does what comes next; what is only told does nothing. */
  #command({ state, leadsTo }: UndoFace): Pick<Looks, "command"> {
    const name = leadsTo ?? PRESSES[state];
    if (!name) return {};
    const ref = leadsTo === "markMitigated" ? this.incident : this.drop;
    return { command: { title: "Next Step", command: commandId(name), arguments: [ref] } };
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

  protected override async build(): Promise<Row[]> {
    const { undoParts } = await import("./undoParts.ts");
    return undoParts(this.id, this.drop, this.#facts, this.#scene.now);
  }

  #face(): UndoFace {
    return undoFace(this.#facts, this.#scene.now);
  }
}

/** For menus: how the undo stands, whether the drop is taken back, and what leads on from there. */
export function undoContext(
  kind: "undo" | "pastdrop",
  face: UndoFace,
  { record }: UndoFacts,
): [typeof kind, ...string[]] {
  const taken = record.undone ? "taken" : "standing";
  return [kind, face.state, taken, ...(face.leadsTo ? [`leads-${face.leadsTo}`] : [])];
}

/** What is known of the undo of the current drop. */
export function factsOf({ project, status }: Scene, { tag }: Pick<Drop, "tag">): UndoFacts {
  const { readiness, running } = project.undo;
  const record = recordOf(project.reading!.release, tag);
  return {
    readiness: readiness?.tag === tag ? readiness : null,
    record,
    commits: project.reading!.release.current?.tag === tag ? project.reading!.commits : null,
    running: running?.tag === tag ? running : null,
    incident: incidentOf(status, record),
  };
}

/** The incident that an undo is to end: the one on record, else one that is open on the drop. */
function incidentOf({ open }: Status, { tag, undone, attempt }: DropRecord): UndoFacts["incident"] {
  const named = undone?.incident ?? attempt?.incident ?? null;
  // What is not open any more is mitigated.
  if (named !== null && !open.some(({ incident }) => incident.id === named))
    return { id: named, mitigated: true };
  const own = open.filter(({ incident }) =>
    named === null ? incident.drop === tag && incident.kind === "real" : incident.id === named,
  );
  const worst = own.find(({ state }) => state === "open") ?? own[0];
  return worst ? { id: worst.incident.id, mitigated: worst.state !== "open" } : null;
}
