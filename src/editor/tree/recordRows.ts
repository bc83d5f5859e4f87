import type { Drop } from "../../domain/drop/drop.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { DropRef } from "../model/refs.ts";
import { hasPolicyFile } from "../model/standing.ts";
import { shortTime } from "../model/text.ts";
import { adoptionRow } from "./adoptionRow.ts";
import { DocumentsRow } from "./documentsRow.ts";
import { IncidentRow } from "./incidentRow.ts";
import { LedgerRow, PolicyRow } from "./policyRow.ts";
import { GroupRow, Row, type Scene, treeItem } from "./row.ts";
import { type UndoFacts, undoFace, undoTooltip } from "./undoFace.ts";
import { DrillRow, undoParts } from "./undoParts.ts";
import { factsOf, undoContext } from "./undoRow.ts";

/** More closed incidents than that are a matter for the command line. */
const MOST_RECENT = 20;

/** Drops that are older than that are seldom taken back. */
const MOST_DROPS = 8;

/** What was, and what is agreed on: loaded when somebody looks. */
export function recordRows(scene: Scene): Row[] {
  const { status, project } = scene;
  const { root } = project.project;
  const id = (name: string) => `${root}/${name}`;
  const rows: Row[] = [];
  if (status.past.count > 0) rows.push(recentRow(id("recent"), scene));
  const { reading } = project;
  const others = reading?.release.drops.filter(({ tag }) => tag !== status.drop?.tag) ?? [];
  const older = others.slice(0, MOST_DROPS);
  if (older.length > 0) rows.push(dropsRow(id("drops"), scene, older));
  rows.push(new DocumentsRow(id("documents"), scene));
  // A drill is about undoing drops: nothing to say before there are any.
  if (status.drop && (status.drills.dueAt !== null || status.drills.last !== null))
    rows.push(new DrillRow(id("drill"), scene));
  if (status.drop && project.canWrite && hasPolicyFile(status.policy))
    rows.push(adoptionRow(id("adoption"), scene));
  rows.push(new PolicyRow(id("policy"), scene));
  // Where it is not known with whom the ledger is shared, it is not for nobody.
  const isSharingKnown = reading?.standing.state !== "unknown" && !project.branchUnknown;
  if (reading && isSharingKnown && project.canWrite) rows.push(new LedgerRow(id("ledger"), scene, reading));
  return rows;
}

function recentRow(id: string, scene: Scene): Row {
  const { past } = scene.status;
  const looks = { label: "Recent incidents", description: `${past.count} closed`, icon: "archive" };
  return new GroupRow(id, looks, () =>
    past.newest(MOST_RECENT).map((each) => new IncidentRow(`${id}/${each.incident.id}`, scene, each, false)),
  );
}

function dropsRow(id: string, scene: Scene, drops: readonly Drop[]): Row {
  const newest = plainText(drops[0]!.tag, 60);
  const looks = { label: "Recent drops", description: `${newest} and older`, icon: "tag" };
  if (drops.length === 1) looks.description = newest;
  return new GroupRow(id, looks, () =>
    drops.map((drop) => new PastDropRow(`${id}/${drop.tag}`, scene, drop)),
  );
}

/** A drop before the current one. Whether it can be taken back is looked at when its row comes on view. */
class PastDropRow extends Row {
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
    const face = undoFace(facts, now);
    const { state, words, color } = face;
    return treeItem(this.id, {
      label: plainText(tag, 80),
      description: `${shortTime(shippedAt, now)}${assumedWords(this.#drop)} · ${words}`,
      icon: state === "undone" ? face.icon : "tag",
      color: state === "ready" ? undefined : color,
      tooltip: { markdown: undoTooltip(this.#drop, facts, now) },
      context: undoContext("pastdrop", face, facts),
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
    const readiness = await project.project.undo.of(release, this.#drop);
    return { ...factsOf(this.#scene, this.#drop), readiness, commits: null };
  }
}
