import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { type FileHandle, lstat, mkdir, open, rm } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep, win32 } from "node:path";
import { HumanError } from "../../domain/text/humanError.ts";
import { isLfsPointer, lfsPointerWords } from "../../domain/text/lfsPointer.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { renameOver } from "../../git/renameOver.ts";

// Every file of a work tree goes through here. Paths are relative to a root, and whoever committed what lies there
// may be an attacker: no symbolic link below the root is followed, neither to read nor to write.

const MIB = 1024 * 1024;
/** Far above any document that people write by hand, and read within a second, whatever it holds. */
const LARGEST_DOCUMENT = MIB;
/** The same for what grows from drop to drop: a changelog, the pages of the public record. */
export const LARGEST_RECORD = 8 * MIB;

// A named pipe would keep whoever opens it waiting. Windows knows neither, and has none of them.
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const TO_READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const TO_MAKE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

/**
 * The text of a file, or null where there is none.
 * @param root Absolute. @param path Relative to it, forward slashes.
 * @throws {HumanError} where the path leads out of the root or over a link, and where the file is larger than `largest`
 *   bytes or a pointer to a file in Git LFS.
 */
export async function readText(
  root: string,
  path: string,
  largest = LARGEST_DOCUMENT,
): Promise<string | null> {
  return textOf(readBytesNow(root, path, largest), path);
}

/**
 * The same in one go, for the small file that everything else waits for: a program that is starting has little time
 * between one answer and the next.
 */
export function readTextNow(root: string, path: string): string | null {
  return textOf(readBytesNow(root, path, LARGEST_DOCUMENT), path);
}

function textOf(bytes: Buffer | null, path: string): string | null {
  const text = bytes?.toString("utf8") ?? null;
  if (text !== null && isLfsPointer(text)) throw new HumanError("service", lfsPointerWords(path));
  return text;
}

/** The bytes of a file, or null where there is none; otherwise as `readText`. */
export function readBytesNow(root: string, path: string, largest = LARGEST_RECORD): Buffer | null {
  try {
    if (!isFileInsideNow(root, path)) return null;
    const file = openSync(join(root, path), TO_READ);
    try {
      const there = fstatSync(file);
      refuseSwapped(root, path, there);
      if (there.size > largest) throw tooLarge(path, largest);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof HumanError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new HumanError("service", `${plainText(path)} cannot be read (${code ?? String(error)}).`, {
      cause: error,
    });
  }
}

/**
 * Writes a file that is not there yet. False, and nothing changed, where one is there already.
 * @param mode Its permissions, less what the person's own umask takes away.
 * @throws {HumanError} where the path leads out of the root or over a link, or it cannot be written.
 */
export async function writeNew(root: string, path: string, text: string, mode = 0o666): Promise<boolean> {
  try {
    if (isFileInsideNow(root, path)) return false;
    await makeFolders(root, path);
    const file = await open(join(root, path), TO_MAKE, mode);
    try {
      await writeAndClose(file, root, path, text);
    } catch (error) {
      // On a full disk half a file would stay, and nobody overwrites it. Where another one is there meanwhile, it stays.
      if (!(error instanceof HumanError)) await rm(join(root, path), { force: true });
      throw error;
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable(path, error);
  }
}

/**
 * Puts a text in the place of a file in one step, or makes the file: a reader sees the old text or the new one, never
 * a half. It is written beside and renamed, so that a link that somebody puts there meanwhile is replaced, not followed.
 * @throws {HumanError} as `writeNew`.
 */
export async function overwrite(root: string, path: string, text: string): Promise<void> {
  const there = isFileInsideNow(root, path);
  const folder = dirname(path);
  const name = `.${randomBytes(6).toString("hex")}.tmp`;
  const half = folder === "." ? name : `${folder}/${name}`;
  try {
    await makeFolders(root, path);
    const mode = there ? (await lstat(join(root, path))).mode & 0o777 : null;
    const file = await open(join(root, half), TO_MAKE, mode ?? 0o666);
    try {
      // What the file allowed already is not the umask's to take away.
      if (mode !== null) await file.chmod(mode);
      await writeAndClose(file, root, half, text);
      await renameOver(join(root, half), join(root, path));
    } catch (error) {
      await rm(join(root, half), { force: true });
      throw error;
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Removes a file; nothing where there is none.
 * @throws {HumanError} as `writeNew`.
 */
export async function removeFile(root: string, path: string): Promise<void> {
  if (!isFileInsideNow(root, path)) return;
  await rm(join(root, path), { force: true }).catch((error) => {
    throw unwritable(path, error);
  });
}

/** Folder by folder: to make all at once would go through a link. */
async function makeFolders(root: string, path: string): Promise<void> {
  const parts = dirname(path)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  for (let i = 1; i <= parts.length; i++) {
    await mkdir(join(root, ...parts.slice(0, i))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function writeAndClose(file: FileHandle, root: string, path: string, text: string): Promise<void> {
  try {
    refuseSwapped(root, path, await file.stat());
    await file.writeFile(text, "utf8");
  } finally {
    await file.close();
  }
}

/** Node opens no file relative to an open folder; so what was opened must still be what the path names, link-free. */
function refuseSwapped(root: string, path: string, opened: Stats): void {
  const named = isFileInsideNow(root, path) ? lstatSync(join(root, path)) : null;
  if (named?.ino === opened.ino && named.dev === opened.dev) return;
  throw new HumanError(
    "refused",
    `${plainText(path)} was replaced meanwhile, so it is left alone; try again.`,
  );
}

const tooLarge = (path: string, largest: number) =>
  new HumanError(
    "refused",
    `${plainText(path)} is larger than ${largest / MIB} MiB, so it is not read; shorten it first.`,
  );

function unwritable(path: string, error: unknown): HumanError {
  if (error instanceof HumanError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new HumanError("service", `${plainText(path)} cannot be written (${code ?? String(error)}).`);
}

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
function isFileInsideNow(root: string, path: string): boolean {
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
