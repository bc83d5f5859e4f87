import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from "vscode";

const SCHEME = "dropclock-draft";

/** Texts that are on view before they are written: nothing can be changed in them, and nothing is on disk. */
export class DraftDocuments implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new EventEmitter<Uri>();
  #registrations: Disposable[] = [];
  readonly onDidChange = this.#changed.event;

  /** @param file Whose name and language it takes. */
  show(file: Uri, text: string): Uri {
    this.#register();
    const uri = Uri.from({ scheme: SCHEME, path: file.path });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    for (const each of this.#registrations) each.dispose();
    this.#changed.dispose();
  }

  // Of no use before the first text, and nothing may be in the way of the first countdown.
  #register(): void {
    if (this.#registrations.length > 0) return;
    this.#registrations = [
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    ];
  }
}
