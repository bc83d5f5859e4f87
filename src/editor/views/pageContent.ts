import { readScores } from "../../app/drop/scorecards.ts";
import { ownVote } from "../../app/gate/council.ts";
import { candidateNamed, readGoverned } from "../../app/gate/governed.ts";
import { readGate } from "../../app/gate/readGate.ts";
import { readRequestFacts } from "../../app/gate/readRequest.ts";
import { readIncidentView } from "../../app/incident/incidentPage.ts";
import { refuseUnread } from "../../app/project/sharing.ts";
import { EXPORT_FORMATS, type PageContent, type PageRef } from "../../documents/pageMessages.ts";
import { withoutTime } from "../../domain/record/incidentView.ts";
import { scorecardView } from "../../domain/record/scorecardView.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { inLocalTime, withoutCommandLine } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** What a page shows of what is known now; where that is nothing, a sentence that says why. */
export async function pageContent(model: ReleaseModel, ref: PageRef): Promise<PageContent> {
  const say = (text: string): PageContent => ({ page: "message", text });
  await model.ready;
  const tracked = model.project(ref.root);
  if (!tracked) return say("The repository that this page tells of is not open in this window.");
  if (!tracked.canWrite)
    return say("In Restricted Mode git is not asked; trust this folder to see this page.");
  try {
    return await contentOf(tracked, ref);
  } catch (error) {
    if (error instanceof HumanError) return say(inLocalTime(withoutCommandLine(error.message), model.now()));
    throw error;
  }
}

async function contentOf(tracked: TrackedProject, ref: PageRef): Promise<PageContent> {
  switch (ref.page) {
    case "incident":
      return incidentContent(tracked, ref.id);
    case "scorecard":
      return scorecardContent(tracked);
    case "request":
      return requestContent(tracked, ref.tag);
  }
}

async function incidentContent(tracked: TrackedProject, id: string): Promise<PageContent> {
  const { project, undo } = tracked;
  // What a window reads first may hold the clocks that run, and nothing else.
  const first = tracked.reading?.release.incident(id) ? tracked.reading : null;
  const reading = first ?? (await project.read());
  const incident = reading.release.incident(id);
  const story = incident && (await tracked.stories()).of(reading.release, incident);
  const running = undo.running && !undo.running.rehearsed ? undo.running.tag : null;
  const view = await readIncidentView(project, reading, id, { readiness: undo.readiness, running, story });
  if (view) return { page: "incident", view };
  const why = tracked.incidentsDoubt?.why;
  return {
    page: "message",
    text: why
      ? `Incidents are not known: ${why}.`
      : "This incident is not there any more; it may have been retracted.",
  };
}

async function scorecardContent({ project }: TrackedProject): Promise<PageContent> {
  const reading = await project.read();
  refuseUnread(reading.standing);
  const scores = await readScores(project, reading);
  const view = scorecardView(scores, reading.release.policy.policy.service);
  return { page: "scorecard", view, formats: EXPORT_FORMATS };
}

/** No signal is asked for it. */
async function requestContent({ project }: TrackedProject, tag: string | null): Promise<PageContent> {
  const governed = await readGoverned(project);
  const candidate = await candidateNamed(governed, tag ?? undefined);
  const reading = await readGate(project, governed, candidate, { sources: null });
  const [facts, votes] = await Promise.all([
    readRequestFacts(project, reading),
    ownVote(project, governed, reading),
  ]);
  return { page: "request", view: { facts, ...votes } };
}

/** The same for two contents that read alike but for the time, which the page tells by itself. */
export function signatureOf(content: PageContent): string {
  switch (content.page) {
    case "incident":
      return JSON.stringify(withoutTime(content.view));
    case "scorecard":
      return JSON.stringify({ ...content.view, at: 0 });
    default:
      return JSON.stringify(content);
  }
}
