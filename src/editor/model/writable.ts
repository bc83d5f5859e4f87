import { workspace } from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import type { TrackedProject } from "./trackedProject.ts";

/** Refuses, with the way out, where nothing can be put on record. */
export function mustBeWritable({ project, error }: TrackedProject): void {
  if (!workspace.isTrusted) {
    throw new MendableError("This folder is not trusted, so nothing is written; trust it first.", {
      title: "Manage Trust",
      command: "workbench.trust.manage",
    });
  }
  if (project.repository) return;
  if (error) throw new MendableError(error, { title: "Show Log", command: "dropclock.showLog" });
  throw new MendableError(
    "This folder is no git repository yet, and incidents are kept in git; initialize one first.",
    {
      title: "Initialize Repository",
      command: "git.init",
      // Without asking which folder, where there is only one.
      argument: true,
    },
  );
}

/** A button beside an error that leads out of it. */
export interface WayOut {
  title: string;
  command: string;
  argument?: unknown;
}

/** An error whose way out is one press away. */
export class MendableError extends HumanError {
  readonly wayOut: WayOut;

  constructor(message: string, wayOut: WayOut) {
    super("refused", message);
    this.wayOut = wayOut;
  }
}
