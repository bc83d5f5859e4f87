import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Uri } from "vscode";
import { postmortemPath, runbookPath } from "../../app/project/documentPaths.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type CommandName, commandId, type RowKind } from "../model/ids.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { FactRow, type Looks, Row, type Scene, treeItem } from "./row.ts";

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

interface DocumentPlace {
  root: string;
  /** Relative to the root; null where nothing can be said yet. */
  path: string | null;
  kind: RowKind & ("postmortem" | "runbook");
  command: CommandName;
  argument: object;
  /** Said in place of "create it" where that is not possible now. */
  notYet: string | null;
}

/** A document of the repository: a click opens it, and writes it from its template first where it is not there. */
async function documentLooks(label: string, place: DocumentPlace): Promise<Looks> {
  const { root, path, kind, command, argument, notYet } = place;
  const exists = path !== null && (await isThere(join(root, path)));
  const description = exists ? path : (notYet ?? "not written");
  return {
    label,
    description,
    icon: exists ? (kind === "runbook" ? "checklist" : "book") : "new-file",
    color: exists ? undefined : "dropclock.idle",
    tooltip: exists ? `Open ${path}` : (notYet ?? `Write ${path ?? "it"} from its template`),
    context: [kind, exists ? "written" : "missing"],
    command:
      exists || !notYet ? { title: "Open", command: commandId(command), arguments: [argument] } : undefined,
    spoken: exists ? `${label}, written` : `${label}, ${notYet ?? "not written yet, press to create it"}`,
  };
}

/** The path of an incident's post-mortem where it is on disk; null where it is not. */
export async function writtenPostmortem(
  { project, reading }: TrackedProject,
  id: string,
): Promise<string | null> {
  const policy = reading?.facts.policy.policy;
  const path = policy ? postmortemPath(policy, { id }) : null;
  return path !== null && (await isThere(join(project.root, path))) ? path : null;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
