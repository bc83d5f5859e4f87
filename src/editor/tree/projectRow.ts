import { breachedClocks } from "../../domain/drop/status.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { hasContent } from "./hasContent.ts";
import { projectRows } from "./projectRows.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** One repository, where a window has several. */
export class ProjectRow extends Row {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    super(scene.project.project.root);
    this.#scene = scene;
  }

  override get root(): string {
    return this.#scene.project.project.root;
  }

  item() {
    const { project, status } = this.#scene;
    const breached = breachedClocks(status.open).length;
    return treeItem(this.id, {
      label: plainText(project.name, 80),
      description: this.#words(breached),
      icon: "repo",
      color: breached > 0 ? "dropclock.breached" : undefined,
      tooltip: `${plainText(project.project.root, 300)}\n${this.#words(breached)}`,
      state: hasContent(this.#scene) ? "expanded" : "collapsed",
    });
  }

  protected override build(): Row[] {
    return projectRows(this.#scene);
  }

  #words(breached: number): string {
    const { drop, open } = this.#scene.status;
    const { trusted, repository } = this.#scene.project.project;
    const without = trusted && !repository ? "no git repository" : "no drop";
    const parts = [drop ? plainText(drop.tag, 60) : without];
    if (open.length > 0) parts.push(`${open.length} open incident${open.length === 1 ? "" : "s"}`);
    if (breached > 0) parts.push(`${breached} breached`);
    return parts.join(" · ");
  }
}
