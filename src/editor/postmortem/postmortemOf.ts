import { relative, sep } from "node:path";
import type { TextDocument } from "vscode";
import { postmortemPath } from "../../app/project/documentPaths.ts";
import { isLive } from "../../domain/drop/status.ts";
import type { Countdown } from "../../domain/incident/clock.ts";
import { isWithin } from "../../domain/text/repositoryPath.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** A post-mortem that somebody has open: its project, and its path in there with forward slashes. */
export interface OpenPostmortem {
  project: TrackedProject;
  path: string;
}

/** The post-mortem that a document is; null where it is none. */
export function postmortemOf(
  model: ReleaseModel,
  { uri, languageId }: Pick<TextDocument, "uri" | "languageId">,
): OpenPostmortem | null {
  if (uri.scheme !== "file" || languageId !== "markdown") return null;
  for (const project of model.projects) {
    const folder = project.reading?.facts.policy.policy.documents.postmortems;
    if (folder === undefined) continue;
    const path = relative(project.project.root, uri.fsPath).split(sep).join("/");
    if (!path.startsWith("../") && isWithin(path, folder)) return { project, path };
  }
  return null;
}

/** The clock that runs until it must be published; null where none does. */
export function clockOf({ project, path }: OpenPostmortem, now: Instant): Countdown | null {
  const status = project.statusAt(now);
  if (!status) return null;
  const own = status.open.find(({ incident }) => postmortemPath(status.policy.policy, incident) === path);
  return own?.clocks.find((clock) => clock.name === "postmortem" && isLive(clock)) ?? null;
}
