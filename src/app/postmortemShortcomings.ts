import { readPostmortem } from "../documents/postmortemFile.ts";
import { findingsIn, isComplete } from "../documents/postmortemFindings.ts";
import { dayOf } from "../domain/actionState.ts";
import { plainText } from "../domain/plainText.ts";
import { postmortemPath } from "./documentPaths.ts";
import { readText } from "./files.ts";
import { findIncident } from "./incidents.ts";
import { requiredInPostmortem } from "./postmortemTemplate.ts";
import type { Project } from "./project.ts";

/** What the post-mortem on disk lacks, as a sentence; null where it is complete. */
export async function postmortemShortcomings(project: Project, incidentRef: string): Promise<string | null> {
  const { release } = await project.read();
  const path = postmortemPath(release.policy.policy, findIncident(release, incidentRef));
  const shown = plainText(path);
  const text = await readText(project.root, path);
  if (text === null) return `${shown} is not written.`;
  const required = await requiredInPostmortem(project.root);
  const findings = findingsIn(readPostmortem(text), dayOf(project.now()), required);
  if (isComplete(findings)) return null;
  const [first, ...more] = findings.filter(({ kind }) => kind !== "overdue");
  const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
  return `${shown}:${first!.from + 1}: ${first!.message}${rest}`;
}
