import { EventEmitter, type TreeDataProvider, type TreeItem } from "vscode";

/** What fills a tree once it is loaded. */
export interface TreeSource<T> {
  children(row: T | undefined): T[] | Promise<T[]>;
}

/** A tree whose source is loaded later: until then the view shows that it is busy. */
export class LazyTreeProvider<T extends { parent: T | null; item(): TreeItem | Promise<TreeItem> }>
  implements TreeDataProvider<T>
{
  readonly onDidChangeTreeData;
  readonly #changed = new EventEmitter<T | undefined>();
  readonly #source: Promise<TreeSource<T>>;

  constructor(source: Promise<TreeSource<T>>) {
    this.#source = source;
    this.onDidChangeTreeData = this.#changed.event;
  }

  /** Draws one row again, or all. */
  changed(row?: T): void {
    this.#changed.fire(row);
  }

  async getChildren(row?: T): Promise<T[]> {
    return (await this.#source).children(row);
  }

  getTreeItem(row: T): TreeItem | Promise<TreeItem> {
    return row.item();
  }

  getParent(row: T): T | null {
    return row.parent;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
