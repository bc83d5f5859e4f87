import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Uri } from "vscode";
import { plainText } from "../../domain/text/plainText.ts";
import { FactRow } from "./factRow.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** More than that belongs into the explorer. */
const MOST = 15;

/** A runbook is followed, and seldom written. */
const PREVIEW = "markdown.showPreviewToSide";

/** The post-mortems and runbooks that are on disk, newest names first. Reading them starts no process. */
export class DocumentsRow extends Row {
  readonly #scene: Scene;

  constructor(id: string, scene: Scene) {
    super(id);
    this.#scene = scene;
  }

  item() {
    const { postmortems, runbooks } = this.#scene.status.policy.policy.documents;
    return treeItem(this.id, {
      label: "Documents",
      icon: "files",
      tooltip: `${postmortems}\n${runbooks}`,
      state: "collapsed",
    });
  }

  protected override async build(): Promise<Row[]> {
    const { postmortems, runbooks } = this.#scene.status.policy.policy.documents;
    const rows = [
      ...(await this.#files(postmortems, "vscode.open")),
      ...(await this.#files(runbooks, PREVIEW)),
    ];
    if (rows.length > 0) return rows;
    return [
      new FactRow(`${this.id}/none`, {
        label: "None yet",
        description: `${postmortems}, ${runbooks}`,
        icon: "dash",
      }),
    ];
  }

  async #files(folder: string, opening: string): Promise<Row[]> {
    const base = join(this.#scene.project.project.root, folder);
    const names = await readdir(base).catch(() => []);
    return names
      .filter((name) => name.endsWith(".md"))
      .sort()
      .reverse()
      .slice(0, MOST)
      .map((name) => this.#file(folder, base, name, opening));
  }

  #file(folder: string, base: string, name: string, opening: string): Row {
    return new FactRow(`${this.id}/${folder}/${name}`, {
      label: plainText(name, 120),
      description: folder,
      icon: "markdown",
      tooltip: `Open ${folder}/${plainText(name, 120)}`,
      command: { title: "Open", command: opening, arguments: [Uri.file(join(base, name))] },
    });
  }
}
