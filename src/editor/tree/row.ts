import {
  type Command,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
} from "vscode";
import type { Status } from "../../domain/drop/status.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ColorId, RowKind } from "../model/ids.ts";
import type { DropRef, IncidentRef } from "../model/refs.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** What rows are drawn from: one project as it stands at an instant. */
export interface Scene {
  project: TrackedProject;
  status: Status;
  now: Instant;
}

/** One line of the sidebar. Each kind is a class of its own. */
export abstract class Row {
  /** Stable over refreshes, so that what is expanded or selected stays so. */
  readonly id: string;
  parent: Row | null = null;
  #children: Row[] | null = null;

  constructor(id: string) {
    this.id = id;
  }

  abstract item(): TreeItem | Promise<TreeItem>;

  /** The incident that commands on this row are about. */
  get incident(): IncidentRef | null {
    return this.parent?.incident ?? null;
  }

  /** The drop that commands on this row are about. */
  get drop(): DropRef | null {
    return this.parent?.drop ?? null;
  }

  /** The project that commands on this row are about. */
  get root(): string | null {
    return this.incident?.root ?? this.parent?.root ?? null;
  }

  children(): Row[] | Promise<Row[]> {
    if (this.#children) return this.#children;
    const built = this.build();
    return built instanceof Promise ? built.then((rows) => this.#keep(rows)) : this.#keep(built);
  }

  /** Itself and the rows below that VS Code has asked for. */
  *shown(): Generator<Row> {
    yield this;
    for (const child of this.#children ?? []) yield* child.shown();
  }

  /** Takes over a later instant; true when the row reads differently now. */
  tick(_scene: Scene): boolean {
    return false;
  }

  protected build(): Row[] | Promise<Row[]> {
    return [];
  }

  /** To be called where the rows below are others now. */
  protected forget(): void {
    this.#children = null;
  }

  #keep(rows: Row[]): Row[] {
    for (const row of rows) row.parent = this;
    this.#children = rows;
    return rows;
  }
}

export interface Looks {
  label: string;
  description?: string;
  icon?: string;
  color?: ColorId | "list.errorForeground" | "list.warningForeground" | "disabledForeground";
  /** Markdown whose foreign parts are inert already, or plain text. */
  tooltip?: { markdown: string } | string;
  /** For menus: what kind of row it is, and words that tell its state. */
  context?: [RowKind, ...string[]];
  state?: "leaf" | "collapsed" | "expanded";
  command?: Command;
  /** What a screen reader says in place of label and description. */
  spoken?: string;
  /** The file that it stands for. */
  file?: string;
}

export function treeItem(id: string, looks: Looks): TreeItem {
  const state = looks.state ?? "leaf";
  const item = new TreeItem(looks.label, STATES[state]);
  // VS Code keeps by its id what is folded: a row that gets rows below it later would at times stay folded.
  item.id = state === "leaf" ? id : `${id}/*`;
  if (looks.description) item.description = looks.description;
  if (looks.icon) {
    item.iconPath = new ThemeIcon(looks.icon, looks.color ? new ThemeColor(looks.color) : undefined);
  }
  if (typeof looks.tooltip === "string") item.tooltip = looks.tooltip;
  else if (looks.tooltip) {
    const markdown = new MarkdownString(looks.tooltip.markdown, true);
    markdown.isTrusted = false;
    item.tooltip = markdown;
  }
  if (looks.context) item.contextValue = looks.context.join(" ");
  if (looks.command) item.command = looks.command;
  if (looks.file) item.resourceUri = Uri.file(looks.file);
  const label = looks.spoken ?? [looks.label, looks.description].filter(Boolean).join(", ");
  item.accessibilityInformation = { label };
  return item;
}

const STATES = {
  leaf: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** A row that only tells something, with nothing below it. */
export class FactRow extends Row {
  readonly #looks: Looks;

  constructor(id: string, looks: Looks) {
    super(id);
    this.#looks = looks;
  }

  item() {
    return treeItem(this.id, this.#looks);
  }
}

/** A heading with rows below it, which are made when it is opened. */
export class GroupRow extends Row {
  readonly #looks: Looks;
  readonly #make: () => Row[] | Promise<Row[]>;

  constructor(id: string, looks: Looks, make: () => Row[] | Promise<Row[]>) {
    super(id);
    this.#looks = { state: "collapsed", ...looks };
    this.#make = make;
  }

  item() {
    return treeItem(this.id, this.#looks);
  }

  protected override build() {
    return this.#make();
  }
}
