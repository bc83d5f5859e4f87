import { numberOfDrops } from "../call/arguments.ts";
import { command } from "../call/command.ts";

export const scorecard = command({
  name: "scorecard",
  ledger: "fetched",
  history: "whole",
  summary:
    "targets met per drop and pillar, medians, streaks, drills, overrides, and DORA's three of stability",
  options: {
    last: { value: "N", help: "how many of the newest drops; default: the policy's drops.adoption" },
  },
  details: [
    "No data is not met: nobody has found anything out, or it is not decided yet. Tests and drills never count; of the rounds of an incident the worst one does.",
    "A drop failed when it caused an incident or was taken back. Recovery is from the first impact until all is mitigated.",
  ],
  async run({ values, project }) {
    const last = values.last === undefined ? undefined : numberOfDrops(values.last);
    const { scorecardReport } = await import("../../app/drop/scorecards.ts");
    const { readScores } = await import("../../app/drop/scorecards.ts");
    const { scorecardText } = await import("../text/scorecardText.ts");
    const opened = await project();
    const reading = await opened.read();
    const scores = await readScores(opened, reading, last);
    return {
      json: scorecardReport(scores),
      text: (page) => scorecardText(scores, page),
    };
  },
});
