import { join } from "node:path";
import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from "vscode";
import { readFileAt } from "../../git/fileVersions.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";

/** The text of the guide, for editors that cannot change it. */
export const GUIDE_SCHEME = "dropclock-guide";

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

export const GIT_SCHEME = "dropclock-git";

/** One file of one tree in git. */
interface GitFile {
  root: string;
  /** Object name of a commit or a tree. */
  at: string;
  path: string;
}

/**
 * Where a file is as git has it, for editors that only show. Its path is that of the file, so that its kind is known.
 * @param caption What stands above it, where the same file is shown more than once.
 */
export function gitUri({ root, at, path }: GitFile, caption?: string): Uri {
  const above = caption === undefined ? "" : `/${caption.replaceAll("/", "-")}`;
  return Uri.from({
    scheme: GIT_SCHEME,
    path: `${above}/${path}`,
    query: JSON.stringify({ root, at, path }),
  });
}

/** The same file in the work tree, for the name and the icon that it has there. */
export const fileUri = (root: string, path: string) => Uri.file(join(root, path));

/**
 * Gives editors the files of git's objects. Only of repositories of this window that are trusted, and only by full
 * object names: a link from elsewhere can ask for anything.
 */
export class GitContent implements TextDocumentContentProvider {
  readonly #model: ReleaseModel;

  constructor(model: ReleaseModel) {
    this.#model = model;
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const file = gitFileOf(uri.query);
    const repository = file && this.#model.project(file.root)?.project.repository;
    if (!file || !repository || !workspace.isTrusted) return "";
    try {
      return shown(await readFileAt(repository, file.at, file.path));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function gitFileOf(query: string): GitFile | null {
  try {
    const { root, at, path } = JSON.parse(query) as Partial<GitFile>;
    const known = typeof root === "string" && typeof at === "string" && typeof path === "string";
    return known && OBJECT_NAME.test(at) ? { root, at, path } : null;
  } catch {
    return null;
  }
}

/** A file that is not there is empty, and one that is no text says so. */
function shown(text: string | null): string {
  if (text === null) return "";
  return text.includes("\0") ? `A binary file of ${text.length} bytes, more or less.\n` : text;
}

const OBJECT_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
