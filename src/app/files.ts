import { readFileSync, type Stats, statSync } from "node:fs";
import { mkdir, open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HumanError } from "../domain/humanError.ts";

/** The text of a file, or null where there is none. Paths are relative to the root. */
export async function readText(root: string, path: string): Promise<string | null> {
  try {
    const place = join(root, path);
    refuseEndless(await stat(place));
    return await readFile(place, "utf8");
  } catch (error) {
    return nothingOrTrouble(path, error);
  }
}

/**
 * The same in one go, for the small file that everything else waits for: a program that is starting has little time
 * between one answer and the next.
 */
export function readTextNow(root: string, path: string): string | null {
  try {
    const place = join(root, path);
    refuseEndless(statSync(place));
    return readFileSync(place, "utf8");
  } catch (error) {
    return nothingOrTrouble(path, error);
  }
}

// A repository may hold a link to a device, which has no end. Of a folder the reading itself says what it is.
function refuseEndless(there: Stats): void {
  if (!there.isFile() && !there.isDirectory())
    throw Object.assign(new Error("no file"), { code: "not a file" });
}

function nothingOrTrouble(path: string, error: unknown): null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return null;
  throw new HumanError("service", `${path} cannot be read (${code ?? String(error)}).`, { cause: error });
}

/** Writes a file that is not there yet. False, and nothing changed, where one is there already. */
export async function writeNew(root: string, path: string, text: string): Promise<boolean> {
  const target = join(root, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(target, "wx");
    try {
      await file.writeFile(text, "utf8");
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new HumanError("service", `${path} cannot be written (${code ?? String(error)}).`);
  }
}
