import { refreshTimeline } from "../documents/timelineRefresh.ts";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import { timelineOf } from "../domain/timeline.ts";
import { postmortemPath } from "./documentPaths.ts";
import { readText } from "./files.ts";
import { findIncident } from "./incidents.ts";
import type { Project } from "./project.ts";
import { replaceText } from "./replaceText.ts";
import { refuseFiles } from "./scaffold.ts";

/**
 * Brings the timeline in an incident's post-mortem up to date, between its markers and nowhere else.
 * @throws {HumanError} where there is no such file, or the timeline is not ours alone.
 */
export async function refreshPostmortem(
  project: Project,
  ref: string,
): Promise<{ path: string; changed: boolean }> {
  refuseFiles(project);
  const { release } = await project.read();
  const incident = findIncident(release, ref);
  const path = postmortemPath(release.policy.policy, incident);
  const before = await readText(project.root, path);
  if (before === null)
    throw new HumanError(
      "refused",
      `${plainText(path)} is not written yet: dropclock postmortem ${incident.id}`,
    );
  const after = refreshTimeline(before, timelineOf(incident, project.now()), path);
  if (after !== before) await replaceText(project.root, path, before, after);
  return { path, changed: after !== before };
}
