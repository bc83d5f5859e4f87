import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The commits at which a shallow history was cut: their parents are not here. Empty in a whole clone. */
export async function shallowBoundary(commonDir: string): Promise<Set<string>> {
  const text = await readFile(join(commonDir, "shallow"), "utf8").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}
