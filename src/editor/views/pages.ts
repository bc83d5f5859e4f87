import { readScores } from "../../app/drop/scorecards.ts";
import { candidateNamed, readGoverned } from "../../app/gate/governed.ts";
import { readGate } from "../../app/gate/readGate.ts";
import { readRequest } from "../../app/gate/readRequest.ts";
import type { Project } from "../../app/project/project.ts";
import { refuseUnread } from "../../app/project/sharing.ts";
import { inertMarkdown } from "../../documents/markdown.ts";
import { scorecardPage } from "../../documents/pages.ts";
import { HumanError } from "../../domain/text/humanError.ts";

/** The request for a drop on one page; no signal is asked for it. */
export const requestPageOf = (project: Project, tag: string | undefined) =>
  orWhyNot(async () => {
    const governed = await readGoverned(project);
    const candidate = await candidateNamed(governed, tag);
    return readRequest(project, await readGate(project, governed, candidate, { sources: null }));
  });

export const scorecardPageOf = (project: Project) =>
  orWhyNot(async () => {
    const reading = await project.read();
    refuseUnread(reading.standing);
    const { scorecard, adoption } = await readScores(project, reading);
    return scorecardPage(reading.release.policy.policy.service, scorecard, adoption);
  });

async function orWhyNot(make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof HumanError) return `${inertMarkdown(error.message)}\n`;
    throw error;
  }
}
