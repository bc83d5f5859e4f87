import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import { writeNew } from "./files.ts";
import { isFileInside } from "./insideRoot.ts";

/**
 * Replaces the text of a file in one step: whoever reads it sees the old text or the new one, never a half.
 * @param path Relative to the root, forward slashes.
 * @param before What the new text was made from; null: there was no file.
 * @throws {HumanError} where the file holds something else by now, or the path leads out of the root.
 */
export async function replaceText(
  root: string,
  path: string,
  before: string | null,
  text: string,
): Promise<void> {
  const there = await isFileInside(root, path);
  if (before === null) {
    if (there || !(await writeNew(root, path, text))) throw changed(path);
    return;
  }
  if (!there) throw changed(path);
  const target = join(root, path);
  const held = await readFile(target);
  if (!held.equals(Buffer.from(before))) throw held.toString() === before ? notUtf8(path) : changed(path);
  const half = join(dirname(target), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(half, text, { flag: "wx", mode: (await stat(target)).mode });
    await rename(half, target);
  } catch (error) {
    await rm(half, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new HumanError("service", `${plainText(path)} cannot be written (${code ?? String(error)}).`);
  }
}

const changed = (path: string) =>
  new HumanError("refused", `${plainText(path)} has changed meanwhile, so nothing was written; try again.`);

const notUtf8 = (path: string) =>
  new HumanError(
    "refused",
    `${plainText(path)} is not UTF-8, so nothing was written; save it as UTF-8 first.`,
  );
