import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Ownership, ownershipOf } from "../documents/publicSite/ownFile.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { PublicRecord } from "./documents/publicRecord.ts";
import { isFolderInside } from "./insideRoot.ts";
import { LARGEST_RECORD, readText, removeFile } from "./project/files.ts";
import { replaceText } from "./replaceText.ts";

/** What publishing does to one file. */
export interface FileChange {
  /** Its name in the folder. */
  name: string;
  change: "new" | "changed" | "unchanged" | "removed" | "kept";
  /** Why it is kept: it is somebody's own, or somebody has changed it. */
  why: string | null;
}

export interface PublishPlan {
  /** Where the folder lies inside of; absolute. */
  root: string;
  /** The folder, relative to the root, forward slashes; empty: the root itself. */
  folder: string;
  changes: FileChange[];
}

/** Pages as this program names them. */
const PAGE = /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}\.html$/;

/**
 * What it takes to bring a folder into step with the record. Of files that are there, only those that this program
 * wrote, and nobody has changed since, are ever replaced or removed.
 */
export async function planPublishing(
  root: string,
  folder: string,
  { files }: PublicRecord,
): Promise<PublishPlan> {
  if (!(await isThere(root)))
    return { root, folder, changes: [...files.keys()].map((name) => ({ name, change: "new", why: null })) };
  const changes: FileChange[] = [];
  for (const [name, text] of files) changes.push(await changeOf(root, pathIn(folder, name), name, text));
  for (const name of await pagesIn(root, folder)) {
    if (files.has(name)) continue;
    const { ownership } = await held(root, pathIn(folder, name));
    if (ownership === "ours") changes.push({ name, change: "removed", why: null });
    // A stranger of that name is no concern of ours.
    else if (ownership === "changed") changes.push({ name, change: "kept", why: CHANGED });
  }
  return { root, folder, changes };
}

/** @throws {HumanError} where a file has changed since the plan was made. */
export async function carryOut(
  { root, folder, changes }: PublishPlan,
  { files }: PublicRecord,
): Promise<void> {
  for (const { name, change } of changes) {
    const path = pathIn(folder, name);
    if (change === "new") await replaceText(root, path, null, files.get(name)!);
    if (change !== "changed" && change !== "removed") continue;
    const { text, ownership } = await held(root, path);
    if (ownership !== "ours") throw meanwhile(path);
    if (change === "changed") await replaceText(root, path, text, files.get(name)!);
    else await removeFile(root, path);
  }
}

async function changeOf(root: string, path: string, name: string, text: string): Promise<FileChange> {
  const there = await held(root, path);
  if (there.text === null) return { name, change: "new", why: null };
  if (there.ownership !== "ours") {
    return { name, change: "kept", why: there.ownership === "changed" ? CHANGED : FOREIGN };
  }
  const same = there.text.replaceAll("\r\n", "\n") === text;
  return { name, change: same ? "unchanged" : "changed", why: null };
}

const CHANGED = "somebody has changed it; remove it to have it written again";
const FOREIGN = "it is not one of Dropclock's; move it away to have the record there";

async function held(
  root: string,
  path: string,
): Promise<{ text: string | null; ownership: Ownership | null }> {
  const text = await readText(root, path, LARGEST_RECORD);
  return { text, ownership: text === null ? null : ownershipOf(text) };
}

async function pagesIn(root: string, folder: string): Promise<string[]> {
  if (!isFolderInside(root, folder)) return [];
  return (await readdir(join(root, folder))).filter((name) => PAGE.test(name)).sort();
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const pathIn = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

const meanwhile = (path: string) =>
  new HumanError(
    "refused",
    `${plainText(path)} has changed meanwhile, so publishing stopped there; try again.`,
  );
