import { Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from "vscode";
import type { Governance } from "../../app/gate/governance.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";

export const PAGE_SCHEME = "dropclock-page";

/** What a page is about. In the address of its document, so that a window that is opened again still knows it. */
export interface PageRef {
  page: "request" | "scorecard";
  root: string;
  /** Of a request: left out for the drop that is to come. */
  tag?: string;
}

/** Pages that are made when somebody reads them, and made anew when what they tell of has changed. */
export class PageDocuments implements TextDocumentContentProvider, Disposable {
  readonly #model: ReleaseModel;
  readonly #changed = new EventEmitter<Uri>();
  readonly #subscription: Disposable;
  /** By address: what was known when it was made. */
  readonly #made = new Map<string, Governance | null>();
  readonly onDidChange = this.#changed.event;

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.#subscription = Disposable.from(
      model.onDidChangeUndo(() => this.#renew()),
      workspace.onDidCloseTextDocument(({ uri }) => this.#made.delete(uri.toString())),
    );
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    await this.#model.ready;
    const ref = refOf(uri);
    const tracked = ref && this.#model.project(ref.root);
    if (!ref || !tracked) return "The repository that this page tells of is not open in this window.\n";
    if (!tracked.canWrite) return "In Restricted Mode git is not asked; trust this folder first.\n";
    this.#made.set(uri.toString(), tracked.governance.known);
    const { requestPageOf, scorecardPageOf } = await import("./pages.ts");
    return ref.page === "request"
      ? requestPageOf(tracked.project, ref.tag)
      : scorecardPageOf(tracked.project);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #renew(): void {
    for (const [address, known] of this.#made) {
      const uri = Uri.parse(address);
      const found = this.#model.project(refOf(uri)?.root ?? "")?.governance.known ?? null;
      if (found === known) continue;
      this.#made.set(address, found);
      this.#changed.fire(uri);
    }
  }
}

/** The address of a page; its name is what the tab shows. */
export const pageUri = (ref: PageRef, name: string) =>
  Uri.from({ scheme: PAGE_SCHEME, path: `/${name.replaceAll("/", "∕")}.md`, query: JSON.stringify(ref) });

function refOf({ query }: Uri): PageRef | null {
  try {
    const { page, root, tag } = JSON.parse(query) as Record<string, unknown>;
    if (typeof root !== "string" || (page !== "request" && page !== "scorecard")) return null;
    return { page, root, ...(typeof tag === "string" ? { tag } : {}) };
  } catch {
    return null;
  }
}
