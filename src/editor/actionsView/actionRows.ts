import { join } from "node:path";
import { Range, TreeItemCheckboxState, Uri } from "vscode";
import type { TrackedAction } from "../../app/actions.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { GroupRow } from "../tree/groupRow.ts";
import { type Looks, Row, treeItem } from "../tree/row.ts";

/** An action with the project that it belongs to. */
export interface OwnedAction {
  project: TrackedProject;
  action: TrackedAction;
}

/** One action of a post-mortem, with its box. */
export class ActionRow extends Row {
  readonly owned: OwnedAction;

  constructor(id: string, owned: OwnedAction) {
    super(id);
    this.owned = owned;
  }

  item() {
    const { action, project } = this.owned;
    const { text, state, due, path, line, postmortem } = action;
    const when = due === null ? "no due date" : `${state === "overdue" ? "was due" : "due"} ${due}`;
    const range = new Range(line, 0, line, 0);
    const uri = Uri.file(join(project.project.root, path));
    const item = treeItem(this.id, {
      label: plainText(text, 200) || "(no words)",
      description: `${state === "done" ? "done" : when} · ${plainText(postmortem, 80)}`,
      ...LOOKS[state],
      tooltip: `${plainText(text, 600)}\n${when}\n${plainText(path)}:${line + 1}`,
      command: { title: "Open", command: "vscode.open", arguments: [uri, { selection: range }] },
      spoken: `${plainText(text, 200)}, ${state === "overdue" ? "overdue, " : ""}${when}, ${plainText(postmortem, 80)}`,
    });
    item.checkboxState = {
      state: state === "done" ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
      tooltip: state === "done" ? "Done: press to open it again" : "Press when it is done",
    };
    return item;
  }
}

const LOOKS: Record<TrackedAction["state"], Pick<Looks, "icon" | "color">> = {
  overdue: { icon: "error", color: "dropclock.breached" },
  open: { icon: "circle-large-outline", color: "dropclock.running" },
  done: { icon: "pass", color: "dropclock.met" },
};

const NOBODY = "Nobody yet";

/** What is to be done by owner, what nobody owns first; then what is done. */
export function actionRows(all: readonly OwnedAction[]): Row[] {
  const open = all.filter(({ action }) => action.state !== "done");
  const done = all.filter(({ action }) => action.state === "done");
  const owners = [...new Set(open.map(ownerOf))].sort(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b, "en"),
  );
  const groups = owners.map((owner) =>
    ownerRow(
      owner,
      open.filter((each) => ownerOf(each) === owner),
    ),
  );
  return done.length > 0 ? [...groups, doneRow(done)] : groups;
}

const ownerOf = ({ action }: OwnedAction) => (action.owner === null ? NOBODY : plainText(action.owner, 80));
const rank = (owner: string) => (owner === NOBODY ? 0 : 1);

function ownerRow(owner: string, own: readonly OwnedAction[]): Row {
  const overdue = own.filter(({ action }) => action.state === "overdue").length;
  const words = [`${own.length} open`, overdue > 0 ? `${overdue} overdue` : ""].filter(Boolean).join(" · ");
  const looks: Looks = {
    label: owner,
    description: words,
    icon: owner === NOBODY ? "question" : "person",
    state: "expanded",
    ...(overdue > 0 ? { color: "dropclock.breached" as const } : {}),
  };
  return new GroupRow(`owner/${owner}`, looks, () => rowsOf(`owner/${owner}`, own));
}

function doneRow(done: readonly OwnedAction[]): Row {
  const looks: Looks = { label: "Done", description: String(done.length), icon: "pass" };
  return new GroupRow("done", looks, () => rowsOf("done", done));
}

const rowsOf = (id: string, own: readonly OwnedAction[]) =>
  own.map((owned) => {
    const { project, action } = owned;
    return new ActionRow(`${id}/${project.project.root}/${action.path}/${action.line}`, owned);
  });
