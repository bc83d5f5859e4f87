import { markMilestone } from "../../app/incident/incidents.ts";
import { MILESTONES } from "../../domain/incidentEvents.ts";
import { MILESTONE_TITLES } from "../../domain/wording.ts";
import { command } from "../call/command.ts";
import { choose } from "../choose.ts";
import { entered } from "../entered.ts";

export const incidentMark = command({
  name: "incident mark",
  at: "happened",
  args: "ID MILESTONE",
  summary: "records that a milestone was reached",
  options: {
    text: {
      value: "T",
      help: "how it was mitigated, what customers were told (becomes public), the post-mortem's path",
    },
  },
  details: [
    `A milestone is one of ${MILESTONES.join(", ")}.`,
    "A post-mortem is recorded by itself when its file is complete and on the release branch; marking it by hand says what it lacks.",
    "An instant I is like 2026-11-23T10:04Z, 2026-11-23T10:04+01:00, now, or “15m ago”.",
  ],
  async run({ args: [id = "", word = ""], values, project }) {
    const milestone = choose("milestone", word, MILESTONES);
    const opened = await project();
    const events = await markMilestone(opened, id, milestone, {
      ...(values.text === undefined ? {} : { text: values.text }),
    });
    const answer = await entered(opened, events, MILESTONE_TITLES[milestone], milestone);
    if (milestone !== "postmortem") return answer;
    const { postmortemShortcomings } = await import("../../app/documents/postmortemUpkeep.ts");
    const lacking = await postmortemShortcomings(opened, events[0]!.subject.slice("incident/".length));
    const complaints = lacking === null ? [] : [`recorded because you say so: ${lacking}`];
    return { ...answer, complaints };
  },
});
