import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Repository } from "./repository.ts";

export interface HooksFolder {
  /** Absolute. */
  path: string;
  /** Whether other repositories have their hooks there too: somebody has set it for all of them. */
  shared: boolean;
}

/**
 * Where git looks for the hooks of a repository, by its own rules: `core.hooksPath`, else the folder in the common git
 * directory. What we set for our own processes does not count. One process.
 */
export async function hooksFolder({ git, commonDir, root }: Repository): Promise<HooksFolder> {
  const args = ["config", "-z", "--show-scope", "--get-all", "core.hooksPath"];
  const { stdout } = await git.feed(args);
  const fields = stdout.toString().split("\0");
  let found: { scope: string; value: string } | null = null;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (fields[i] !== "command") found = { scope: fields[i]!, value: fields[i + 1]! };
  }
  if (!found || found.value === "") return { path: join(commonDir, "hooks"), shared: false };
  const path = resolve(root ?? commonDir, found.value.replace(/^~(?=\/|$)/, homedir()));
  return { path, shared: found.scope !== "local" && found.scope !== "worktree" };
}
