import { commands, window } from "vscode";
import { markMilestone, moveMilestone } from "../../app/incident/incidents.ts";
import type { Milestone } from "../../domain/incidentEvents.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { MILESTONE_TITLES } from "../../domain/wording.ts";
import { messageText } from "../inert.ts";
import { commandId } from "../model/ids.ts";
import { MARK_TITLES } from "../model/milestones.ts";
import { shortTime } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { writtenPostmortem } from "../writtenDocuments.ts";
import { type Chosen, chooseIncident } from "./choose.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { record } from "./record.ts";

const OPEN = "Open Post-mortem";

/** The command that marks one milestone, now, with one click. */
export const markNow =
  (milestone: Milestone): Handler =>
  async (context, argument) => {
    const chosen = await chooseIncident(context, argument, {
      title: MARK_TITLES[milestone],
      fits: ({ incident, state }) => {
        const mark = incident.round.marks[milestone];
        return state !== "closed" && (mark === null || mark.assumed || milestone === "updated");
      },
      none: `No open incident waits for “${MILESTONE_TITLES[milestone]}”; declare one first, or back-date what is marked.`,
    });
    if (chosen) await mark(chosen, milestone);
  };

export async function mark({ project, status }: Chosen, milestone: Milestone, at?: Instant): Promise<void> {
  const { id } = status.incident;
  const text = milestone === "postmortem" ? await writtenPostmortem(project, id) : null;
  await record(project, `${MILESTONE_TITLES[milestone]}: ${status.incident.title}`, (to) =>
    markMilestone(to, id, milestone, { ...(at === undefined ? {} : { at }), ...(text ? { text } : {}) }),
  );
  if (milestone === "postmortem") await tellShortcomings(project, id);
}

/** Somebody may say of any post-mortem that it is published; that questions are open must not pass in silence. */
async function tellShortcomings({ project }: TrackedProject, id: string): Promise<void> {
  const { postmortemShortcomings } = await import("../../app/documents/postmortemUpkeep.ts");
  const lacking = await postmortemShortcomings(project, id);
  if (lacking === null) return;
  const ref = { root: project.root, id };
  const message = messageText(`Published, because you say so: ${lacking}`);
  void window.showWarningMessage(message, OPEN).then((pressed) => {
    if (pressed) return commands.executeCommand(commandId("openPostmortem"), ref);
  });
}

/** Marks a milestone at an instant, or moves it there where it is marked already. */
export async function place(
  context: CommandContext,
  chosen: Chosen,
  milestone: Milestone,
  at: Instant,
): Promise<void> {
  const { project, status } = chosen;
  if (!status.incident.round.marks[milestone]?.event) return mark(chosen, milestone, at);
  const said = `${MILESTONE_TITLES[milestone]} is now at ${shortTime(at, context.model.now())}`;
  await record(project, said, (to) => moveMilestone(to, status.incident.id, milestone, at));
}
