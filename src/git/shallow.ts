import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";

/** The commits at which a shallow history was cut: their parents are not here. Empty in a whole clone. */
export async function shallowBoundary(commonDir: string): Promise<Set<string>> {
  const text = await readFile(join(commonDir, "shallow"), "utf8").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}

/** The way out of a history that is cut. */
export const UNSHALLOW = "fetch the rest: git fetch --unshallow --tags";

/** The error of whoever would judge by a history that is cut. */
export const shallowClone = () =>
  new HumanError("service", `This clone is shallow, so its drops cannot be judged; ${UNSHALLOW}`);
