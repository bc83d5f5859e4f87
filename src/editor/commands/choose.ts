import { window } from "vscode";
import { mustBeDrop } from "../../app/drop/dropNamed.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type DropRecord, openAttempt } from "../../domain/drop/dropRecord.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { mostUrgent } from "../../domain/drop/status.ts";
import { clockWords } from "../../domain/incident/clock.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { COUNTDOWNS } from "../../domain/policy/terms.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { labelText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError, mustBeWritable } from "../model/writable.ts";
import { type CommandContext, chooseProject, dropOf, incidentOf, rootOf } from "./commandContext.ts";

export interface Chosen {
  project: TrackedProject;
  status: IncidentStatus;
}

interface Choice {
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
  const clock = urgent ? ` · ${COUNTDOWNS[urgent.name].title} ${clockWords(urgent)}` : "";
  return {
    label: `$(${state === "closed" ? "pass" : "flame"}) ${labelText(incident.title, 100)}`,
    description: `${incident.round.severity} · ${state}${clock}`,
    chosen,
  };
}

export interface ChosenDrop {
  project: TrackedProject;
  drop: Drop;
}

interface DropChoice {
  /** Which drops come into question; of those the newest is meant where none is given. */
  fits: (record: DropRecord) => boolean;
  /** The sentence where none does. */
  none: string;
}

export const ANY_DROP: DropChoice = {
  fits: () => true,
  none: "There is no drop yet, so there is nothing to undo.",
};

/** What is undone is rolled back already: neither undo nor drill is offered for it. */
export const STANDING: DropChoice = {
  fits: ({ undone }) => undone === null,
  none: "There is no drop left to undo.",
};

export const UNDONE: DropChoice = {
  fits: ({ undone }) => undone !== null,
  none: "No drop is undone, so there is nothing to reapply.",
};

export const BEGUN: DropChoice = {
  fits: (record) => openAttempt(record) !== null,
  none: "No undo was left unfinished, so there is nothing to continue.",
};

/** The drop that a command is about: the one given, else the newest that fits. Null: given up. */
export async function chooseDrop(
  context: CommandContext,
  argument: unknown,
  { fits, none }: DropChoice = ANY_DROP,
): Promise<ChosenDrop | null> {
  const ref = dropOf(argument);
  const fitting = ({ reading }: TrackedProject) => {
    const release = reading?.release;
    return release?.drops.filter(({ tag }) => fits(recordOf(release, tag))) ?? [];
  };
  const project = await chooseProject(
    context,
    ref?.root ?? rootOf(argument),
    (each) => each.canWrite && fitting(each).length > 0,
  );
  if (!project) return null;
  mustBeWritable(project);
  const release = project.reading?.release;
  if (ref && release) return { project, drop: mustBeDrop(release, ref.tag) };
  const [newest] = fitting(project);
  if (newest) return { project, drop: newest };
  throw new HumanError("usage", release?.branchMissing ?? none);
}

/** One line that goes on record. Null: given up. */
export async function askText(title: string, prompt: string, placeHolder = ""): Promise<string | null> {
  const text = await window.showInputBox({
    title,
    prompt,
    placeHolder,
    validateInput: (typed) => (plainText(typed) === "" ? "Enter a reason; it is recorded." : null),
  });
  return text ?? null;
}
