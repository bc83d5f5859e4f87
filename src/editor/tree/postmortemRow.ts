import { postmortemPath } from "../../app/project/documentPaths.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { documentLooks } from "./documentLooks.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** The post-mortem of an incident: open it, or write it. */
export class PostmortemRow extends Row {
  readonly #scene: Scene;
  readonly #status: IncidentStatus;

  constructor(id: string, scene: Scene, status: IncidentStatus) {
    super(id);
    this.#scene = scene;
    this.#status = status;
  }

  async item() {
    const { project, status } = this.#scene;
    const { incident } = this.#status;
    const { root } = project.project;
    const looks = await documentLooks("Post-mortem file", {
      root,
      path: postmortemPath(status.policy.policy, incident),
      kind: "postmortem",
      command: "openPostmortem",
      argument: { root, id: incident.id },
      notYet: null,
    });
    return treeItem(this.id, looks);
  }
}
