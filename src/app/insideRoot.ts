import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep, win32 } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

/**
 * Whether a file lies at a path inside the root; false where nothing does and one could be made.
 * @param path Relative to the root, forward slashes.
 * @throws {HumanError} where the path leads out of the root, into git's own folder, or over a symbolic link, and where
 *   something else is in the way.
 */
export async function isFileInside(root: string, path: string): Promise<boolean> {
  return isFileInsideNow(root, path);
}

/** The same in one go: a few `lstat`, for a program that is starting. */
export function isFileInsideNow(root: string, path: string): boolean {
  return walk(root, path, "file");
}

/**
 * Whether a folder lies at a path inside the root; the root itself does.
 * @throws {HumanError} as `isFileInside`.
 */
export const isFolderInside = (root: string, path: string): boolean => walk(root, path, "folder");

/** A place that somebody names on the command line: over links to its root, and over none below it. */
export interface GivenPlace {
  /** Absolute. */
  root: string;
  /** Relative to the root, forward slashes; empty: the root itself. */
  path: string;
}

/**
 * From where on no link is followed: below the repository, and below the current directory for a relative path. A
 * folder elsewhere is the person's choice, links and all.
 * @param given Names a folder, or a file.
 */
export function givenPlace(
  given: string,
  kind: "file" | "folder",
  { directory, root }: { directory: string; root: string },
): GivenPlace {
  const target = resolve(directory, given);
  const below = (base: string) => ({ root: base, path: relative(base, target).split(sep).join("/") });
  const real = realOf(root);
  // The outermost one: a link below that leads back to the root is a link below the root.
  const base = ancestorsOf(target).findLast((each) => realOf(each) === real);
  if (base !== undefined) return below(base);
  const isBelow = !/^\.\.(?:[\\/]|$)/.test(relative(directory, target));
  if (!isAbsolute(given) && isBelow) return below(directory);
  return kind === "folder" ? { root: target, path: "" } : { root: dirname(target), path: basename(target) };
}

/** From a path to the top, itself included. */
function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestorsOf(parent)];
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/**
 * Only that no link is on the way, or at its end; what else is there is for others to judge.
 * @throws {HumanError} as `isFileInside`.
 */
export function refuseLinks(root: string, path: string): void {
  walk(root, path, null);
}

/**
 * No link is followed, not even one that stays inside: whoever commits it would choose what is read in the place of a
 * document, or written over.
 */
function walk(root: string, path: string, wanted: "file" | "folder" | null): boolean {
  if (namesOutside(path)) throw refusal(path, "names a place outside the repository");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  for (let i = 0; i < parts.length; i++) {
    const way = parts.slice(0, i + 1).join("/");
    const there = statOf(join(root, way), path);
    if (!there) return false;
    const meant = i === parts.length - 1 ? wanted : "folder";
    if (there.isSymbolicLink()) throw linked(path, way, meant ?? "file");
    if (meant === "file" && !there.isFile()) throw inTheWay(way, meant);
    if (meant === "folder" && !there.isDirectory()) throw inTheWay(way, meant);
  }
  return true;
}

function statOf(place: string, path: string): Stats | null {
  try {
    return lstatSync(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new HumanError("service", `${plainText(path)} cannot be reached (${code ?? String(error)}).`);
  }
}

function namesOutside(path: string): boolean {
  const parts = path.split("/");
  const odd = (part: string) => part === ".." || GIT_FOLDER.test(part) || NO_NAME.test(part);
  return posix.isAbsolute(path) || win32.isAbsolute(path) || parts.some(odd);
}

const NO_NAME = process.platform === "win32" ? /[\0\\:]/ : /\0/;

// Also as Windows writes it: a short name, or with dots and blanks that it drops.
const GIT_FOLDER = /^(?:\.git|git~\d{1,9})[. ]*$/i;

const refusal = (path: string, reason: string) =>
  new HumanError("refused", `${plainText(path)} ${reason}; keep documents and templates inside of it.`);

function linked(path: string, way: string, wanted: "file" | "folder"): HumanError {
  const what = way === path ? plainText(path) : `${plainText(path)}: ${plainText(way)}`;
  const sentence = `${what} is a symbolic link, which is not followed; put a real ${wanted} there.`;
  return new HumanError("refused", sentence);
}

const inTheWay = (way: string, wanted: "file" | "folder") =>
  new HumanError("service", `${plainText(way)} is not a ${wanted}; move it out of the way.`, {
    cause: { code: wanted === "file" ? "EISDIR" : "ENOTDIR" },
  });
