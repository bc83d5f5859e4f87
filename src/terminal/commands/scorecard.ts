import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { command } from "../command.ts";

export const scorecard = command({
  name: "scorecard",
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
    const last = values.last === undefined ? undefined : wholeNumber(values.last);
    const { scorecardReport } = await import("../../app/scorecardReport.ts");
    const { readScores } = await import("../../app/scorecards.ts");
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

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new HumanError(
    "usage",
    `--last “${plainText(text, 20)}” is not a number of drops; write it like --last 8.`,
  );
}
