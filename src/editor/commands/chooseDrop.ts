import { mustBeDrop } from "../../app/drop/dropNamed.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type DropRecord, openAttempt } from "../../domain/drop/dropRecord.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { CommandContext } from "./commandContext.ts";
import { dropOf, rootOf } from "./target.ts";

export interface ChosenDrop {
  project: TrackedProject;
  drop: Drop;
}

export interface DropChoice {
  /** Which drops come into question; of those the newest is meant where none is given. */
  fits: (record: DropRecord) => boolean;
  /** The sentence where none does. */
  none: string;
}

export const ANY_DROP: DropChoice = {
  fits: () => true,
  none: "There is no drop yet, so there is nothing to take back.",
};

export const UNDONE: DropChoice = {
  fits: ({ undone }) => undone !== null,
  none: "No drop is undone, so there is nothing to put on again.",
};

export const BEGUN: DropChoice = {
  fits: (record) => openAttempt(record) !== null,
  none: "No undo was left half done, so there is nothing to go on with.",
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
