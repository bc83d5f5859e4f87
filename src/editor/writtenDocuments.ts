import { access } from "node:fs/promises";
import { join } from "node:path";
import { postmortemPath } from "../app/project/documentPaths.ts";
import type { TrackedProject } from "./model/trackedProject.ts";

/** The path of an incident's post-mortem where it is on disk; null where it is not. */
export async function writtenPostmortem(
  { project, reading }: TrackedProject,
  id: string,
): Promise<string | null> {
  const policy = reading?.facts.policy.policy;
  const path = policy ? postmortemPath(policy, { id }) : null;
  return path !== null && (await isThere(join(project.root, path))) ? path : null;
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
