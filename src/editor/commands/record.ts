import { window } from "vscode";
import type { Project } from "../../app/project/project.ts";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { mustBeWritable } from "./chooseProject.ts";

/** Puts something on record and shows it: when it resolves, every surface has it. */
export async function record<T>(
  tracked: TrackedProject,
  said: string,
  entry: (project: Project) => Promise<T>,
): Promise<T> {
  mustBeWritable(tracked);
  const result = await entry(tracked.project);
  await tracked.refresh();
  window.setStatusBarMessage(`$(check) ${labelText(said, 100)}`, 4000);
  return result;
}
