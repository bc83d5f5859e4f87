import type { Scores } from "../../app/drop/scorecards.ts";
import { numberOfDrops } from "../call/arguments.ts";
import { command } from "../call/command.ts";

export const scorecard = command({
  name: "scorecard",
  services: "all",
  ledger: "fetched",
  history: "whole",
  summary: "targets met per drop and pillar, medians, streaks, drills, overrides, and DORA's two",
  options: {
    last: { value: "N", help: "how many of the newest drops; default: the policy's drops.adoption" },
  },
  details: [
    "No data is not met: nobody has found anything out, or it is not decided yet. Tests and drills never count; of the rounds of an incident the worst one does.",
    "A drop failed when it caused an incident or was taken back. Recovery is from the first impact until all is mitigated.",
  ],
  async run({ values, project }) {
    const last = values.last === undefined ? undefined : numberOfDrops(values.last);
    const { readScores, scorecardReport, servicesScorecard } = await import("../../app/drop/scorecards.ts");
    const { scorecardText, servicesScorecardText } = await import("../text/scorecardText.ts");
    const opened = await project();
    const several: { service: string; scores: Scores }[] = [];
    for (const { service, project: own, reading } of await opened.readEach()) {
      const scores = await readScores(own, reading, last);
      if (service === null)
        return { json: scorecardReport(scores), text: (page) => scorecardText(scores, page) };
      several.push({ service, scores });
    }
    return {
      json: servicesScorecard(several, opened.now()),
      text: (page) => servicesScorecardText(several, opened.now(), page),
    };
  },
});
