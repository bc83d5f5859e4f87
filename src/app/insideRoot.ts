import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, posix, relative, sep, win32 } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";

/**
 * Whether a file lies at a path inside the root; false where nothing does and one could be made.
 * @param path Relative to the root, forward slashes.
 * @throws {HumanError} where the path leads out of the root, also through symbolic links, or into git's own folder,
 *   and where something else is in the way.
 */
export async function isFileInside(root: string, path: string): Promise<boolean> {
  if (namesOutside(path)) throw refusal(path, "names a place outside the repository");
  const target = join(root, path);
  try {
    const nearest = await nearestThere(root, target);
    const real = await realOrNull(nearest);
    if (real === null || isOutside(relative(await realpath(root), real))) {
      throw refusal(path, "leads out of the repository through a symbolic link");
    }
    const there = await lstat(real);
    if (nearest === target ? there.isFile() : there.isDirectory()) return nearest === target;
    throw inTheWay(relative(root, nearest), nearest === target);
  } catch (error) {
    if (error instanceof HumanError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new HumanError("service", `${plainText(path)} cannot be reached (${code ?? String(error)}).`);
  }
}

function namesOutside(path: string): boolean {
  const parts = path.split("/");
  const odd = (part: string) => part === ".." || part.toLowerCase() === ".git" || /[\0\\:]/.test(part);
  return posix.isAbsolute(path) || win32.isAbsolute(path) || parts.some(odd);
}

const isOutside = (way: string) =>
  way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way) || /^\.git$/i.test(way.split(sep)[0]!);

const refusal = (path: string, reason: string) =>
  new HumanError("refused", `${plainText(path)} ${reason}; keep documents and templates inside of it.`);

const inTheWay = (path: string, last: boolean) =>
  new HumanError(
    "service",
    `${plainText(path)} is not a ${last ? "file" : "folder"}; move it out of the way.`,
  );

/** The deepest part of the way to a target that exists. */
async function nearestThere(root: string, target: string): Promise<string> {
  for (let at = target; at !== root && at !== dirname(at); at = dirname(at)) {
    if (await orNull(lstat(at))) return at;
  }
  return root;
}

// A link that leads nowhere, or in a circle, could be made to lead anywhere.
const realOrNull = (path: string) => orNull(realpath(path));

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return null;
    throw error;
  }
}
