import { runbookPath } from "../../app/project/documentPaths.ts";
import { documentLooks } from "./documentLooks.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** The rollback runbook of a drop: open it, or write it. */
export class RunbookRow extends Row {
  readonly #scene: Scene;
  readonly #tag: string;

  constructor(id: string, scene: Scene, tag: string) {
    super(id);
    this.#scene = scene;
    this.#tag = tag;
  }

  async item() {
    const { project, status } = this.#scene;
    const { root } = project.project;
    const looks = await documentLooks("Rollback runbook", {
      root,
      path: runbookPath(status.policy.policy, this.#tag),
      kind: "runbook",
      command: "openRunbook",
      argument: { root, tag: this.#tag },
      notYet: null,
    });
    return treeItem(this.id, looks);
  }
}
