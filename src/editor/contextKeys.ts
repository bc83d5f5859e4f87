import { commands, workspace } from "vscode";
import { openAttempt } from "../domain/drop/dropRecord.ts";
import { nextDrop, type Release, recordOf } from "../domain/drop/release.ts";
import { isPaused } from "../domain/incident/entry.ts";
import { CONTEXTS, type Contexts, type ViewState } from "./model/ids.ts";
import type { ReleaseModel } from "./model/releaseModel.ts";
import { hasPolicyFile } from "./model/standing.ts";
import { hasContent } from "./tree/projectRows.ts";

/** Keeps the context keys in step with the model. */
export class ContextKeys {
  readonly #model: ReleaseModel;
  readonly #set: Partial<Contexts> = {};

  constructor(model: ReleaseModel) {
    this.#model = model;
  }

  update(): void {
    const values = contextsOf(this.#model);
    for (const key of CONTEXTS) {
      if (this.#set[key] === values[key]) continue;
      Object.assign(this.#set, { [key]: values[key] });
      void commands.executeCommand("setContext", key, values[key]);
    }
  }
}

function contextsOf(model: ReleaseModel): Contexts {
  const now = model.now();
  const statuses = model.statuses(now);
  const open = statuses.flatMap((status) => status.open);
  const records = model.projects.flatMap(({ reading }) => [...(reading?.release.records.values() ?? [])]);
  const closed = statuses.reduce((sum, { past }) => sum + past.count, 0);
  return {
    "dropclock.view": viewState(model),
    "dropclock.canWrite": model.projects.some(({ canWrite }) => canWrite),
    "dropclock.hasPolicy": statuses.some(({ policy }) => hasPolicyFile(policy)),
    "dropclock.lacksPolicy": workspace.isTrusted && statuses.some(({ policy }) => !hasPolicyFile(policy)),
    "dropclock.hasDrop": statuses.some(({ drop }) => drop !== null),
    "dropclock.hasStanding": model.projects.some(({ reading }) => reading && isAnyStanding(reading.release)),
    "dropclock.hasMark": model.projects.some(({ lastMark }) => lastMark !== null),
    "dropclock.canGoOn": records.some((record) => openAttempt(record) !== null),
    "dropclock.canReapply": records.some(({ undone }) => undone !== null),
    "dropclock.hasTags": model.projects.some(({ reading }) => reading && reading.facts.tags.length > 0),
    "dropclock.hasNext": model.projects.some(({ reading }) => reading && nextDrop(reading.release) !== null),
    "dropclock.hasStages": statuses.some(
      ({ drop, policy }) => drop !== null && policy.policy.stages.length > 0,
    ),
    "dropclock.hasIncidents": open.length + closed > 0,
    "dropclock.hasOpen": open.length > 0,
    "dropclock.canPause": open.some(({ incident }) => !isPaused(incident)),
    "dropclock.canResume": open.some(({ incident }) => isPaused(incident)),
    "dropclock.canReopen": closed > 0 || open.some(({ state }) => state !== "open"),
  };
}

const isAnyStanding = (release: Release) =>
  release.drops.some(({ tag }) => recordOf(release, tag).undone === null);

function viewState(model: ReleaseModel): ViewState {
  if (!model.loaded) return "loading";
  const { projects } = model;
  if (projects.length === 0) return "noFolder";
  const now = model.now();
  const shown =
    projects.length > 1 ||
    projects.some((project) => {
      const status = project.statusAt(now);
      return project.error !== null || (status !== null && hasContent({ project, status, now }));
    });
  if (shown) return "ready";
  if (!workspace.isTrusted) return "untrusted";
  return projects[0]!.project.repository ? "fresh" : "noGit";
}
