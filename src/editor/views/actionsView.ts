import { join } from "node:path";
import {
  Disposable,
  EventEmitter,
  type LogOutputChannel,
  RelativePattern,
  type TreeCheckboxChangeEvent,
  type TreeDataProvider,
  TreeItemCheckboxState,
  Uri,
  window,
  workspace,
} from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import { ActionRow, actionRows, type OwnedAction } from "../actionsView/actionRows.ts";
import { tick } from "../actionsView/tick.ts";
import { messageText } from "../inert.ts";
import { ACTIONS_VIEW } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { Row } from "../tree/row.ts";

/** All action items of all post-mortems of the window. Nothing is read before somebody looks. */
export class ActionsView implements TreeDataProvider<Row> {
  readonly onDidChangeTreeData;
  readonly #changed = new EventEmitter<undefined>();
  readonly #model: ReleaseModel;
  readonly #log: LogOutputChannel;
  readonly #subscriptions: Disposable;
  readonly #watchers = new Map<string, Disposable>();

  constructor(model: ReleaseModel, log: LogOutputChannel) {
    this.#model = model;
    this.#log = log;
    this.onDidChangeTreeData = this.#changed.event;
    const view = window.createTreeView<Row>(ACTIONS_VIEW, {
      treeDataProvider: this,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    });
    this.#subscriptions = Disposable.from(
      view,
      this.#changed,
      model.onDidChange(() => this.#changed.fire(undefined)),
      view.onDidChangeCheckboxState((event) => void this.#tick(event)),
    );
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row) return row.children();
    await this.#model.ready;
    const { listActions } = await import("../../app/actions.ts");
    const owned: OwnedAction[] = [];
    for (const project of this.#model.projects) {
      const policy = project.reading?.facts.policy.policy;
      if (!policy) continue;
      this.#watch(project.project.root, policy.documents.postmortems);
      const actions = await listActions(project.project.root, policy, this.#model.now());
      owned.push(...actions.map((action) => ({ project, action })));
    }
    return actionRows(owned);
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
    const again = () => this.#changed.fire(undefined);
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
    this.#changed.fire(undefined);
  }
}
