import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { type PostmortemFile, readPostmortem } from "../../documents/postmortemFile.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isFolderInside } from "../insideRoot.ts";
import { readText } from "../project/files.ts";

/** A post-mortem on disk. */
export interface PostmortemDocument {
  /** Relative to the root, forward slashes. */
  path: string;
  file: PostmortemFile;
}

/** More than that is not one team's, and would hold up everything. */
const MOST = 2000;
const LARGEST_TOTAL = 32 * 1024 * 1024;

const tooMuch = (folder: string) =>
  new HumanError(
    "refused",
    `The post-mortems in ${plainText(folder)} are larger than 32 MiB together, so they are not read; move old ones elsewhere.`,
  );

/**
 * All post-mortems of a project, newest names first. Reading them starts no process.
 * @throws {HumanError} where their folder is, or lies behind, a symbolic link, and where one is too large to be read.
 */
export async function readPostmortems(
  root: string,
  { documents }: Pick<Policy, "documents">,
): Promise<PostmortemDocument[]> {
  if (!isFolderInside(root, documents.postmortems)) return [];
  const files = await filesBelow(root, documents.postmortems.replaceAll("\\", "/"));
  const paths = files
    .filter((path) => /\.(md|markdown)$/i.test(path))
    .sort()
    .reverse()
    .slice(0, MOST);
  const read: PostmortemDocument[] = [];
  let size = 0;
  for (const path of paths) {
    const text = await readText(root, path);
    if (text === null) continue;
    size += text.length;
    if (size > LARGEST_TOTAL) throw tooMuch(documents.postmortems);
    read.push({ path, file: readPostmortem(text) });
  }
  return read;
}

/** Relative to the root. The oldest Node has neither a recursive `readdir` nor `Dirent.parentPath`. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = entries.map((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
