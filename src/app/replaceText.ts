import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { overwrite, readBytesNow, writeNew } from "./project/files.ts";

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
