import { Row } from "../tree/row.ts";
import { tagIn } from "../undo/dropRef.ts";
import { chooseIncident } from "./chooseIncident.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { Handler } from "./commandContext.ts";
import { openScaffold } from "./openScaffold.ts";
import { rootOf } from "./target.ts";

// The template engine is of no use before the first document: it need not hold up the first countdown.
const scaffolds = () => import("../../app/scaffolds.ts");

const NO_INCIDENT = "There is no incident yet, so there is nothing to write about.";

/** Opens the post-mortem of an incident; writes it from its template first where there is none. */
export const openPostmortem: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Open or Create Post-mortem",
    fits: () => true,
    none: NO_INCIDENT,
  });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { scaffoldPostmortem } = await scaffolds();
  await openScaffold(
    chosen.project,
    await scaffoldPostmortem(chosen.project.project, chosen.status.incident.id),
  );
};

/** Opens the rollback runbook of a drop, the current one unless another is given. */
export const openRunbook: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { scaffoldRunbook } = await scaffolds();
  await openScaffold(tracked, await scaffoldRunbook(tracked.project, tagOf(argument)));
};

function tagOf(argument: unknown): string | null {
  return argument instanceof Row ? (argument.drop?.tag ?? null) : tagIn(argument);
}
