import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from "vscode";

export const DRAFT_SCHEME = "dropclock-draft";

interface Draft {
  text: string;
  /** What to do when a person says that it is to be so. */
  accept: (() => Promise<void>) | null;
}

/** Texts that are on view before they are written: nothing can be changed in them, and nothing is on disk. */
export class DraftDocuments implements TextDocumentContentProvider, Disposable {
  readonly #drafts = new Map<string, Draft>();
  readonly #changed = new EventEmitter<Uri>();
  #registrations: Disposable[] = [];
  readonly onDidChange = this.#changed.event;

  /** @param file Whose name and language it takes. */
  show(file: Uri, text: string, accept: Draft["accept"] = null): Uri {
    this.#register();
    const uri = Uri.from({ scheme: DRAFT_SCHEME, path: file.path });
    this.#drafts.set(uri.toString(), { text, accept });
    this.#changed.fire(uri);
    return uri;
  }

  /** False: it is not on view any more. */
  async accept(uri: Uri): Promise<boolean> {
    const draft = this.#drafts.get(uri.toString());
    await draft?.accept?.();
    return draft !== undefined;
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#drafts.get(uri.toString())?.text ?? "";
  }

  dispose(): void {
    for (const each of this.#registrations) each.dispose();
    this.#changed.dispose();
  }

  // Of no use before the first text, and nothing may be in the way of the first countdown.
  #register(): void {
    if (this.#registrations.length > 0) return;
    this.#registrations = [
      workspace.registerTextDocumentContentProvider(DRAFT_SCHEME, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.#drafts.delete(uri.toString())),
    ];
  }
}
