import { join } from "node:path";
import { type TextDocumentContentProvider, Uri, workspace } from "vscode";
import { readFileAt } from "../../git/history.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";

export const GIT_SCHEME = "dropclock-git";

/** One file of one tree in git. */
export interface GitFile {
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
