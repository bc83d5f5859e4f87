import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Git } from "../git/git.ts";

/** The common git directory of the repository, where git has to be asked for it. One process. */
export async function commonDirOf(git: Git): Promise<string> {
  const path = await git.run(["rev-parse", "--git-common-dir"]);
  return resolve(await realpath(git.dir), path.replace(/\n$/, ""));
}
