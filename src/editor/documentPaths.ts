import { access } from "node:fs/promises";
import { join, posix } from "node:path";
import { safeFileName } from "../app/safeFileName.ts";
import type { Incident } from "../domain/incident.ts";
import type { Policy } from "../domain/policy.ts";
import type { TrackedProject } from "./model/trackedProject.ts";

/** Where the post-mortem of an incident lies once it is written; relative to the root. */
export const postmortemPath = ({ documents }: Policy, { id }: Pick<Incident, "id">) =>
  posix.join(documents.postmortems, `${safeFileName(id)}.md`);

/** Where the runbook of a drop lies once it is written. */
export const runbookPath = ({ documents }: Policy, tag: string) =>
  posix.join(documents.runbooks, `${safeFileName(tag)}.md`);

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
