import assert from "node:assert/strict";
import { Project } from "../../../../src/app/project/project.ts";
import type { PageRef } from "../../../../src/documents/pageMessages.ts";
import type { ReleaseModel } from "../../../../src/editor/model/releaseModel.ts";
import { pageContent, signatureOf } from "../../../../src/editor/views/pageContent.ts";
import { dropRepository } from "../../../support/git/dropRepository.ts";
import { runCommandLine } from "../../../support/processes/commandLine.ts";

/** A window with one project, as far as pages ask. */
function windowWith(project: Project | null, canWrite = true): ReleaseModel {
  const tracked = {
    project,
    canWrite,
    undo: { running: null, readiness: null },
    reading: null,
    incidentsDoubt: null,
    stories: async () => ({ of: () => null }),
  };
  return {
    ready: Promise.resolve(),
    now: Date.now,
    project: () => (project ? tracked : null),
  } as unknown as ReleaseModel;
}

const textOf = async (model: ReleaseModel, ref: PageRef) => {
  const content = await pageContent(model, ref);
  return content.page === "message" ? content.text : content.page;
};

describe("what a page shows", () => {
  let project: Project;
  let id: string;
  const root = "/checkout";

  before(async () => {
    const { dir } = dropRepository();
    const { stdout, stderr } = await runCommandLine(dir, ["incident", "open", "--title", "Checkout 5xx"]);
    id = stdout.trim();
    assert.notEqual(id, "", stderr);
    project = await Project.open(dir, { now: Date.now });
  });

  it("is a sentence where there is nothing to show", async () => {
    const scorecard: PageRef = { page: "scorecard", root };
    assert.match(await textOf(windowWith(null), scorecard), /is not open in this window/);
    assert.match(await textOf(windowWith(project, false), scorecard), /^In Restricted Mode git is not asked/);
    const gone: PageRef = { page: "incident", root, id: "no-such" };
    assert.match(await textOf(windowWith(project), gone), /is not there any more/);
    const request: PageRef = { page: "request", root, tag: "no-such" };
    assert.doesNotMatch(
      await textOf(windowWith(project), request),
      /dropclock /,
      "no command line in the editor",
    );
  });

  it("is the incident, the scorecard, and the request", async () => {
    const model = windowWith(project);
    const incident = await pageContent(model, { page: "incident", root, id });
    assert.ok(incident.page === "incident" && incident.view.title === "Checkout 5xx");
    assert.equal((await pageContent(model, { page: "scorecard", root })).page, "scorecard");
    const request = await pageContent(model, { page: "request", root, tag: null });
    assert.ok(request.page === "request" && request.view.approve?.code === "no-council");
  });

  it("is posted again only where more than the time has changed", async () => {
    const model = windowWith(project);
    const look = async () => signatureOf(await pageContent(model, { page: "incident", root, id }));
    const before = await look();
    assert.equal(await look(), before);
    await runCommandLine(project.root, ["incident", "note", id, "Restarted"]);
    assert.notEqual(await look(), before);
  });
});
