import { mustBeDrop } from "../../app/dropNamed.ts";
import { readRisk } from "../../app/dropRisks.ts";
import type { Project } from "../../app/project.ts";
import { dropFlags } from "../../app/readChecklist.ts";
import { riskReport, undoReport } from "../../app/report.ts";
import type { Drop } from "../../domain/drop.ts";
import { HumanError } from "../../domain/humanError.ts";
import { formatInstant } from "../../domain/instant.ts";
import { candidateOf } from "../../domain/nextDrop.ts";
import { plainText } from "../../domain/plainText.ts";
import { previousOf, type Release } from "../../domain/release.ts";
import { statusAt } from "../../domain/status.ts";
import type { DropHistory } from "../../git/history.ts";
import type { Answer, Call } from "../command.ts";
import { listedReport } from "../commands/dropList.ts";
import { dropText } from "../text/dropText.ts";

export async function runDropShow({ args: [tag], project }: Call): Promise<Answer> {
  const opened = await project();
  const reading = await opened.read();
  const { release } = reading;
  const at = opened.now();
  const { drop: current, dropMissing, policy } = statusAt(release, at);
  const drop = tag === undefined ? current : mustBeDrop(release, tag);
  if (!drop) throw new HumanError("usage", `There is no drop yet. ${dropMissing}`);
  const undo = await opened.undo.of(release, drop);
  const history = await historyOf(opened, drop, release);
  const risk = await readRisk(opened, reading, candidateOf(release, drop));
  const flags = policy.policy.flags ? await dropFlags(opened, release, drop) : undefined;
  return {
    json: {
      at: formatInstant(at),
      ...listedReport(drop, current),
      risk: riskReport(risk),
      ...(flags === undefined ? {} : { flags }),
      commitCount: history.count,
      commits: history.commits.map((commit) => ({ ...commit, date: formatInstant(commit.date) })),
      files: history.files,
      cut: history.cut,
      undo: undoReport(undo),
    },
    text: (page) => dropText(drop, drop === current, { ...history, risk, undo, flags }, at, page),
  };
}

async function historyOf({ repository }: Project, drop: Drop, release: Release): Promise<DropHistory> {
  const { dropHistory } = await import("../../git/history.ts");
  const previous = previousOf(release, drop);
  // By commits, not by names: of a tag that was moved, the commit on record counts.
  const range = { from: previous?.commit ?? null, to: drop.commit };
  return dropHistory(repository!, range).catch((cause: unknown) => {
    throw new HumanError(
      "service",
      `The commits of ${plainText(drop.tag, 60)} are not all in this repository; fetch them with: git fetch --all --tags`,
      { cause },
    );
  });
}
