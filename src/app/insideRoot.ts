import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, posix, relative, sep, win32 } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";

export type FileKind = "nothing" | "file" | "folder" | "other";

/**
 * Makes sure that a path stays inside the root, also through symbolic links, and out of git's own folder. Gives what
 * lies there now.
 * @param path Relative to the root, forward slashes.
 * @throws {HumanError} where it does not.
 */
export async function insideRoot(root: string, path: string): Promise<FileKind> {
  const parts = path.split("/");
  const escapes =
    posix.isAbsolute(path) ||
    win32.isAbsolute(path) ||
    parts.some((part) => part === ".." || part.toLowerCase() === ".git" || /[\0\\:]/.test(part));
  if (escapes) throw outside(path, "names a place outside the repository");

  const target = join(root, path);
  const way = relative(await realpath(root), (await realOrNull(await nearestThere(root, target))) ?? "..");
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) || /^\.git$/i.test(way.split(sep)[0]!)) {
    throw outside(path, "leads out of the repository through a symbolic link");
  }
  return kindOf(target);
}

function outside(path: string, reason: string): HumanError {
  return new HumanError(
    "refused",
    `${plainText(path)} ${reason}; choose another folder under documents in the policy.`,
  );
}

/** The deepest part of the way to a target that exists. */
async function nearestThere(root: string, target: string): Promise<string> {
  for (let at = target; at !== root && at !== dirname(at); at = dirname(at)) {
    if (await thereOrNull(at)) return at;
  }
  return root;
}

async function kindOf(target: string): Promise<FileKind> {
  const there = await thereOrNull(target);
  if (!there) return "nothing";
  if (there.isSymbolicLink()) return kindOf(await realpath(target));
  return there.isFile() ? "file" : there.isDirectory() ? "folder" : "other";
}

async function thereOrNull(target: string) {
  try {
    return await lstat(target);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

// A link that leads nowhere, or in a circle, could be made to lead anywhere.
async function realOrNull(target: string): Promise<string | null> {
  try {
    return await realpath(target);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown) =>
  ["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? "");
