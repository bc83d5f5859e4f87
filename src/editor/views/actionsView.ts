import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  Disposable,
  EventEmitter,
  type LogOutputChannel,
  Range,
  RelativePattern,
  type TextDocument,
  type TreeCheckboxChangeEvent,
  type TreeDataProvider,
  TreeItemCheckboxState,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import type { TrackedAction } from "../../app/documents/postmortems.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { ACTIONS_VIEW } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { coalesced } from "../model/schedule.ts";
import { messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { mustBeWritable } from "../model/writable.ts";
import { GroupRow, type Looks, Row, treeItem } from "../tree/row.ts";

/** All action items of all post-mortems of the window. Nothing is read before somebody looks. */
export class ActionsView implements TreeDataProvider<Row> {
  readonly onDidChangeTreeData;
  readonly #changed = new EventEmitter<undefined>();
  readonly #model: ReleaseModel;
  readonly #log: LogOutputChannel;
  readonly #view;
  readonly #subscriptions: Disposable;
  readonly #watchers = new Map<string, Disposable>();
  readonly #lookAgain = coalesced(() => this.#refresh());
  /** What the window shows; null: nobody has looked yet. */
  #shown: Shown | null = null;

  constructor(model: ReleaseModel, log: LogOutputChannel) {
    this.#model = model;
    this.#log = log;
    this.onDidChangeTreeData = this.#changed.event;
    this.#view = window.createTreeView<Row>(ACTIONS_VIEW, {
      treeDataProvider: this,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    });
    this.#subscriptions = Disposable.from(
      this.#view,
      this.#changed,
      model.onDidChange(() => void this.#lookAgain()),
      this.#view.onDidChangeCheckboxState((event) => void this.#tick(event)),
    );
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row) return row.children();
    this.#shown ??= await this.#read();
    return this.#shown.rows;
  }

  async #read(): Promise<Shown> {
    await this.#model.ready;
    const { listActions } = await import("../../app/documents/postmortems.ts");
    const owned: OwnedAction[] = [];
    for (const project of this.#model.projects) {
      const policy = project.reading?.facts.policy.policy;
      if (!policy) continue;
      this.#watch(project.project.root, policy.documents.postmortems);
      const actions = await listActions(project.project.root, policy, this.#model.now());
      owned.push(...actions.map((action) => ({ project, action })));
    }
    return { owned, rows: actionRows(owned) };
  }

  // The editor forgets all rows when the tree is refreshed, and drops a press on a box until it has asked for them
  // again: so it is told only of what differs, and once that is read.
  async #refresh(): Promise<void> {
    if (!this.#shown) return;
    // Out of sight nothing is read.
    const found = this.#view.visible ? await this.#read().catch(() => null) : null;
    if (found && isSame(found, this.#shown)) return;
    this.#shown = found;
    this.#changed.fire(undefined);
  }

  getTreeItem(row: Row) {
    return row.item();
  }

  getParent(row: Row): Row | null {
    return row.parent;
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#subscriptions.dispose();
  }

  #watch(root: string, folder: string): void {
    const key = join(root, folder);
    if (this.#watchers.has(key)) return;
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(key), "**/*.md"));
    const again = () => void this.#lookAgain();
    this.#watchers.set(
      key,
      Disposable.from(
        watcher,
        watcher.onDidChange(again),
        watcher.onDidCreate(again),
        watcher.onDidDelete(again),
      ),
    );
  }

  async #tick({ items }: TreeCheckboxChangeEvent<Row>): Promise<void> {
    for (const [row, state] of items) {
      if (!(row instanceof ActionRow)) continue;
      try {
        await tick(row.owned, state === TreeItemCheckboxState.Checked);
      } catch (error) {
        this.#log.error(error instanceof Error ? error : String(error));
        const sentence =
          error instanceof HumanError ? error.message : `The action could not be ticked: ${String(error)}`;
        void window.showErrorMessage(messageText(sentence));
      }
    }
    // Also where nothing changed: a box that could not be ticked is drawn again as it is.
    this.#shown = await this.#read().catch(() => null);
    this.#changed.fire(undefined);
  }
}

interface Shown {
  owned: readonly OwnedAction[];
  rows: Row[];
}

const isSame = (a: Shown, b: Shown) =>
  isDeepStrictEqual(
    a.owned.map(({ action }) => action),
    b.owned.map(({ action }) => action),
  ) && a.owned.every(({ project }, i) => project === b.owned[i]!.project);

/** An action with the project that it belongs to. */
interface OwnedAction {
  project: TrackedProject;
  action: TrackedAction;
}

/** One action of a post-mortem, with its box. */
class ActionRow extends Row {
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
function actionRows(all: readonly OwnedAction[]): Row[] {
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

/**
 * Ticks an action in its file, or in the editor that holds the file: one character, and nothing else. What somebody
 * has typed there and not saved stays unsaved.
 */
async function tick({ project, action }: OwnedAction, done: boolean): Promise<void> {
  mustBeWritable(project);
  const { fsPath } = Uri.file(join(project.project.root, action.path));
  const open = workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === fsPath);
  if (open) return tickInEditor(open, action, done);
  const { tickAction } = await import("../../app/documents/postmortems.ts");
  await tickAction(project.project, action, done);
}

async function tickInEditor(
  document: TextDocument,
  action: OwnedAction["action"],
  done: boolean,
): Promise<void> {
  const { findAgain, tickEdit } = await import("../../documents/postmortemFile.ts");
  const edit = tickEdit(findAgain(document.getText(), action), done);
  if (!edit) return;
  const wasSaved = !document.isDirty;
  const change = new WorkspaceEdit();
  change.replace(document.uri, new Range(edit.line, edit.from, edit.line, edit.to), edit.text);
  if (!(await workspace.applyEdit(change)) || (wasSaved && !(await document.save())))
    throw new HumanError("service", `${action.path} could not be changed; try again.`);
}
