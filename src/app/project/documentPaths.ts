import { posix } from "node:path";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { safeFileName } from "../safeFileName.ts";

/** Where the post-mortem of an incident lies, relative to the root, whether it is written yet or not. */
export const postmortemPath = ({ documents }: Policy, { id }: Pick<Incident, "id">) =>
  documentPath(documents.postmortems, id);

/** Where the runbook of a drop lies. */
export const runbookPath = ({ documents }: Policy, tag: string) => documentPath(documents.runbooks, tag);

function documentPath(folder: string, name: string): string {
  return posix.join(folder.replaceAll("\\", "/"), `${safeFileName(name)}.md`);
}
