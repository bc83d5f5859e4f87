import assert from "node:assert/strict";
import { approveDrop, rejectDrop, requestApproval } from "../../../src/app/gate/council.ts";
import { shipDrop } from "../../../src/app/gate/shipDrop.ts";
import { Project } from "../../../src/app/project/project.ts";
import { councilTeam } from "../../support/people/councilTeam.ts";

describe("what a person has agreed to", () => {
  it("is the commit that they were shown, and none that came since", async () => {
    const { di, commit } = councilTeam();
    const seen = commit({ "migrations/1.sql": "1\n" });
    commit({ "migrations/2.sql": "2\n" });
    const project = await Project.open(di.repository.dir, { now: Date.now });
    const changed = /has changed meanwhile/;
    await assert.rejects(requestApproval(project, { commit: seen }), changed);
    await assert.rejects(rejectDrop(project, { commit: seen, why: "no" }), changed);
    await assert.rejects(approveDrop(project, { commit: seen }), changed);
    const sources = () => {
      throw new Error("No signal is asked to ship.");
    };
    await assert.rejects(
      shipDrop(project, { tag: "drop-2", commit: seen, push: async () => true, sources }),
      changed,
    );
    assert.equal((await project.read()).ledger.events.length, 0, "nothing is on record");
    assert.equal(di.repository.git("tag", "-l", "drop-2"), "");
  });
});
