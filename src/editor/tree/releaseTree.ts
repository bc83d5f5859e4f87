import { Disposable, type TreeView } from "vscode";
import { waitsFor } from "../../app/gate/gateWords.ts";
import { breachedClocks } from "../../domain/drop/status.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { counted } from "../../domain/text/counted.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { IncidentRef } from "../model/refs.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { Debouncer } from "../model/schedule.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import type { LazyTreeProvider, TreeSource } from "./lazyTreeProvider.ts";
import { errorRow, hasContent, ProjectRow, projectRows } from "./projectRows.ts";
import type { Row, Scene } from "./row.ts";

/** The sidebar: rows made from the model, drawn anew when it changes, and single rows when time passes. */
export class ReleaseTree implements TreeSource<Row> {
  readonly #model: ReleaseModel;
  readonly #late: LazyTreeProvider<Row>;
  readonly #view: TreeView<Row>;
  readonly #subscription: Disposable;
  /** VS Code asks for what is unfolded one after the other, and draws it all at once. */
  readonly #drawing: Debouncer;
  #roots: Row[] | null = null;

  constructor(model: ReleaseModel, late: LazyTreeProvider<Row>, view: TreeView<Row>) {
    this.#model = model;
    this.#late = late;
    this.#view = view;
    this.#drawing = new Debouncer(() => model.drawn());
    this.#subscription = Disposable.from(
      model.onDidChange(() => this.#refresh()),
      model.onDidChangeUndo(() => this.tick(model.now())),
    );
    // A sidebar that nobody looks at is never asked for rows.
    void model.ready.then(() => (view.visible ? this.#drawing.poke() : model.drawn()));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#drawing.dispose();
  }

  async children(row: Row | undefined): Promise<Row[]> {
    if (this.#model.loaded) this.#drawing.poke();
    if (row) return row.children();
    await this.#model.ready;
    this.#roots ??= rootRows(this.#scenes(this.#model.now()), this.#model);
    return this.#roots;
  }

  /** Draws again the rows that time alone has changed: never the tree. */
  tick(now: Instant): void {
    this.#showBadge(now);
    if (!this.#view.visible || !this.#roots) return;
    const scenes = new Map(this.#scenes(now).map((scene) => [scene.project.project.root, scene]));
    for (const root of this.#roots) {
      for (const row of root.shown()) {
        const scene = scenes.get(row.root ?? [...scenes.keys()][0] ?? "");
        if (scene && row.tick(scene)) this.#late.changed(row);
      }
    }
  }

  /** Selects an incident where the sidebar is open anyway: nobody's focus is taken. */
  async revealIfVisible(ref: IncidentRef): Promise<void> {
    if (this.#view.visible) await this.#reveal(ref, { select: true, focus: false, expand: 1 });
  }

  /** Opens the sidebar at an incident, with its timeline. */
  reveal(ref: IncidentRef): Promise<void> {
    return this.#reveal(ref, { select: true, focus: true, expand: 2 });
  }

  async #reveal({ root, id }: IncidentRef, how: Parameters<TreeView<Row>["reveal"]>[1]): Promise<void> {
    const places = ["", "/records", "/recent", `/incident/${id}`, `/recent/${id}`];
    const path = places.map((place) => `${root}${place}`);
    let rows = await this.children(undefined);
    for (;;) {
      const found = rows.find((row) => path.includes(row.id));
      if (!found) return;
      if (found.incident?.id === id) {
        await this.#view.reveal(found, how);
        return;
      }
      rows = await found.children();
    }
  }

  #refresh(): void {
    this.#showBadge(this.#model.now());
    // Rows that nobody has asked for need no drawing again; and to say so would hold up their first drawing.
    if (!this.#roots) return;
    this.#roots = null;
    this.#late.changed();
  }

  #scenes(now: Instant): Scene[] {
    const scenes: Scene[] = [];
    for (const project of this.#model.projects) {
      const status = project.statusAt(now);
      if (status) scenes.push({ project, status, now });
    }
    return scenes;
  }

  #showBadge(now: Instant): void {
    const statuses = this.#model.statuses(now);
    const open = statuses.reduce((sum, status) => sum + status.open.filter(goesOn).length, 0);
    const breached = statuses.reduce((sum, status) => sum + breachedClocks(status.open).length, 0);
    const waiting = this.#model.projects.filter(waitsHere).length;
    const words = [
      open > 0 ? counted(open, "open incident") : "",
      breached > 0 ? `${counted(breached, "clock")} breached` : "",
      waiting > 0 ? `${counted(waiting, "drop")} waiting for your approval` : "",
    ];
    const tooltip = words.filter(Boolean).join(", ");
    if ((this.#view.badge?.tooltip ?? "") === tooltip) return;
    this.#view.badge = tooltip === "" ? undefined : { value: open + waiting, tooltip };
  }
}

/** What only waits for its post-mortem wakes nobody. */
const goesOn = ({ incident, state }: IncidentStatus) =>
  incident.kind === "real" && (state === "open" || state === "mitigated");

/** A drop waits for the word of whoever works here. */
function waitsHere({ governance: { known } }: TrackedProject): boolean {
  return known !== null && waitsFor(known.me, known.next ?? known.current);
}

function rootRows(scenes: readonly Scene[], model: ReleaseModel): Row[] {
  const unread = model.projects.filter((project) => project.reading === null && project.error !== null);
  const errors = unread.map((project) => errorRow(`${project.project.root}/error`, project.error!));
  if (scenes.length > 1) return [...errors, ...scenes.map((scene) => new ProjectRow(scene))];
  // With nothing to show, the view's welcome tells how to begin.
  return [...errors, ...scenes.filter((scene) => hasContent(scene)).flatMap(projectRows)];
}
