import { window } from "vscode";
import { HumanError } from "../../domain/humanError.ts";
import type { IncidentStatus } from "../../domain/incidentStatus.ts";
import { mostUrgent } from "../../domain/status.ts";
import { clockWords, countdownTitle } from "../../domain/wording.ts";
import { commandId } from "../ids.ts";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import type { CommandContext } from "./commandContext.ts";
import { incidentOf } from "./target.ts";
import { MendableError } from "./wayOut.ts";

export interface Chosen {
  project: TrackedProject;
  status: IncidentStatus;
}

export interface Choice {
  title: string;
  /** Which incidents come into question. */
  fits: (status: IncidentStatus) => boolean;
  /** The sentence where none does. */
  none: string;
}

/** Open incidents, whatever their state. */
export const anyOpen = ({ state }: IncidentStatus) => state !== "closed";

/** The incident that a command is about: the one given, the only one that fits, else by asking. Null: given up. */
export async function chooseIncident(
  { model }: CommandContext,
  argument: unknown,
  { title, fits, none }: Choice,
): Promise<Chosen | null> {
  const all = allByUrgency(model.projects, model.now());
  const ref = incidentOf(argument);
  if (ref) {
    const given = all.find(
      ({ project, status }) => project.project.root === ref.root && status.incident.id === ref.id,
    );
    if (given) return given;
    throw new HumanError(
      "usage",
      `The incident ${ref.id} is not there any more; it may have been retracted.`,
    );
  }
  const candidates = all.filter(({ status }) => fits(status));
  if (candidates.length === 0) throw nothingFits(model.projects, none);
  if (candidates.length === 1) return candidates[0]!;
  const picked = await window.showQuickPick(candidates.map(asItem), { title, matchOnDescription: true });
  return picked?.chosen ?? null;
}

function nothingFits(projects: readonly TrackedProject[], none: string): HumanError {
  const unread = projects.find(({ incidentsDoubt }) => incidentsDoubt !== null);
  if (!unread) return new HumanError("usage", none);
  const argument = { root: unread.project.root };
  return new MendableError(`Incidents are not known: ${unread.incidentsDoubt!.why}.`, {
    title: "Try Again",
    command: commandId("syncLedger"),
    argument,
  });
}

/** Every incident of the window: the open ones by urgency, then the closed ones, newest first. */
export function allByUrgency(projects: readonly TrackedProject[], now: number): Chosen[] {
  const statuses = projects.map((project) => ({ project, now: project.statusAt(now) }));
  const open = statuses.flatMap(({ project, now }) => now?.open.map((status) => ({ project, status })) ?? []);
  const closed = statuses.flatMap(
    ({ project, now }) => now?.closed.map((status) => ({ project, status })) ?? [],
  );
  const left = ({ status }: Chosen) => {
    const clock = mostUrgent([status])?.clock;
    return clock ? clock.remainingMs! + (clock.state === "paused" ? 1e15 : 0) : 1e16;
  };
  return [...open.sort((a, b) => left(a) - left(b)), ...closed];
}

function asItem(chosen: Chosen) {
  const { incident, state } = chosen.status;
  const urgent = mostUrgent([chosen.status])?.clock;
  const clock = urgent ? ` · ${countdownTitle(urgent.name)} ${clockWords(urgent)}` : "";
  return {
    label: `$(${state === "closed" ? "pass" : "flame"}) ${labelText(incident.title, 100)}`,
    description: `${incident.round.severity} · ${state}${clock}`,
    chosen,
  };
}
