import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isFileInside, overwrite, readBytesNow, writeNew } from "./files.ts";
import type { Project } from "./project.ts";

/** A file that was made, or was there already. */
export interface Scaffold {
  /** Relative to the root, forward slashes. */
  path: string;
  created: boolean;
}

/** A file whose generated parts were brought up to date. */
export interface Refreshed {
  path: string;
  /** The parts that were not. */
  changed: string[];
}

/**
 * Makes a file that is not there yet; one that is there is left alone, whatever it holds.
 * @throws {HumanError} where the path leads out of the root.
 */
export async function scaffold(
  root: string,
  path: string,
  render: () => string | Promise<string>,
): Promise<Scaffold> {
  if (await isFileInside(root, path)) return { path, created: false };
  // Somebody else may be faster; theirs stays.
  return { path, created: await writeNew(root, path, await render()) };
}

/** Files are for people to keep and to commit: none is made among git's own. */
export function refuseFiles(project: Pick<Project, "root" | "trusted" | "repository">): void {
  refuseUntrusted(project);
  if (project.repository && project.repository.root === null) {
    const place = plainText(project.root);
    throw new HumanError(
      "usage",
      `${place} has no work tree, so no file is written there; run this in a clone with its files.`,
    );
  }
}

export function refuseUntrusted({ trusted }: { trusted: boolean }): void {
  if (!trusted) {
    throw new HumanError("refused", "This folder is not trusted, so nothing is written; trust it first.");
  }
}

/**
 * Replaces the text of a file in one step: whoever reads it sees the old text or the new one, never a half.
 * @param path Relative to the root, forward slashes.
 * @param before What the new text was made from; null: there was no file.
 * @throws {HumanError} where the file holds something else by now, or the path leads out of the root or over a link.
 */
export async function replaceText(
  root: string,
  path: string,
  before: string | null,
  text: string,
): Promise<void> {
  if (before === null) {
    if (!(await writeNew(root, path, text))) throw changed(path);
    return;
  }
  const held = readBytesNow(root, path);
  if (held === null) throw changed(path);
  if (!held.equals(Buffer.from(before))) throw held.toString() === before ? notUtf8(path) : changed(path);
  await overwrite(root, path, text);
}

const changed = (path: string) =>
  new HumanError("refused", `${plainText(path)} has changed meanwhile, so nothing was written; try again.`);

const notUtf8 = (path: string) =>
  new HumanError(
    "refused",
    `${plainText(path)} is not UTF-8, so nothing was written; save it as UTF-8 first.`,
  );
