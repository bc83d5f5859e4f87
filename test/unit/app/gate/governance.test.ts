import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ownVote } from "../../../../src/app/gate/council.ts";
import { readCouncilReview } from "../../../../src/app/gate/councilReview.ts";
import { waitsFor } from "../../../../src/app/gate/gateWords.ts";
import { readGovernance } from "../../../../src/app/gate/governance.ts";
import { candidateNamed, readGoverned } from "../../../../src/app/gate/governed.ts";
import { Project } from "../../../../src/app/project/project.ts";
import { HumanError } from "../../../../src/domain/text/humanError.ts";
import { COUNCIL_POLICY, councilTeam } from "../../../support/people/councilTeam.ts";

describe("how council and gate stand, for the sidebar", () => {
  it("tells of the next drop and the current one, and for whom the next one waits", async () => {
    const { di, member, commit } = councilTeam();
    const ana = member("Ana");
    commit({ "migrations/1.sql": "1\n" });
    const before = await governanceOf(di.repository.dir);
    assert.equal(before.suggested, "drop-2");
    assert.equal(before.next?.risk.level, "high");
    assert.equal(before.next?.gate.open, false);
    assert.equal(before.current?.stage?.name, "testbed");
    assert.equal(waitsFor("ana@example.com", before.next), false, "nobody has asked");
    const { code, stderr } = await di.run("council", "request", "--why", "for Monday");
    assert.equal(code, 0, stderr);
    const { next } = await governanceOf(di.repository.dir);
    assert.equal(waitsFor("ana@example.com", next), true);
    assert.equal(waitsFor("di@example.com", next), false, "who is no member");
    assert.equal(waitsFor(null, next), false);
    ana.pull();
    assert.equal((await ana.run("council", "approve")).code, 0);
    assert.equal((await di.run("sync")).code, 0);
    const after = await governanceOf(di.repository.dir);
    assert.equal(waitsFor("ana@example.com", after.next), false, "who has said it");
    assert.equal(waitsFor("bo@example.com", after.next), true);
  });

  it("has no next drop where nothing is new", async () => {
    const { di } = councilTeam();
    const { next, suggested, current } = await governanceOf(di.repository.dir);
    assert.deepEqual([next, suggested, current?.candidate.tag], [null, null, "drop-1"]);
  });

  it("tells of the next drop where the current one cannot be judged, and why", async () => {
    // With a council the next one is judged from the newest that passed, so that both stand or fall together.
    const { di, commit } = councilTeam(COUNCIL_POLICY.replace(/^council:.*\n/m, ""));
    const { repository } = di;
    commit({ "till.js": "2\n" });
    repository.git("tag", "drop-2");
    commit({ "migrations/1.sql": "1\n" });
    const tree = repository.git("rev-parse", "drop-1^{tree}");
    rmSync(join(repository.dir, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    const { next, current, trouble } = await governanceOf(repository.dir);
    assert.equal(next?.risk.level, "high");
    assert.deepEqual([current, trouble.next], [null, null]);
    assert.match(trouble.current ?? "", /unable to read tree/);
  });
});

describe("whether a vote of whoever works here would count", () => {
  it("is known before it is cast, with the reason", async () => {
    const { di, member, commit } = councilTeam();
    const ana = member("Ana");
    commit({ "migrations/1.sql": "1\n" });
    ana.pull();
    const votes = (name: string, dir = ana.repository.dir) => votesOf(dir, name);
    const none = { approve: null, reject: null };
    const members = ["ana@example.com", "bo@example.com", "cy@example.com"];
    const stranger = { code: "not-a-member", members };
    assert.deepEqual(await votes("Eve"), { approve: stranger, reject: stranger });
    assert.deepEqual(await votes("Ana"), none);
    assert.deepEqual(await votes(""), { approve: { code: "no-author" }, reject: { code: "no-author" } });
    assert.equal((await ana.run("council", "approve")).code, 0);
    assert.deepEqual(await votes("Ana"), { ...none, approve: { code: "approved-already" } });
    assert.deepEqual(await votes("Bo"), none);
    // A member who wrote most of the commits may still reject.
    di.repository.commit({ "migrations/2.sql": "2\n" }, { author: "Cy <cy@example.com>" });
    di.repository.commit({ "migrations/3.sql": "3\n" }, { author: "Cy <cy@example.com>" });
    di.repository.git("push", "-q", "origin", "main");
    const own = await votes("Cy", di.repository.dir);
    assert.deepEqual(own, { approve: { code: "main-author", others: members.slice(0, 2) }, reject: null });
  });

  it("is nothing in a folder that is not trusted, and without a council", async () => {
    const { di, commit } = councilTeam();
    commit({ "migrations/1.sql": "1\n" });
    const restricted = { code: "restricted" };
    assert.deepEqual(await votesOf(di.repository.dir, "Ana", false), {
      approve: restricted,
      reject: restricted,
    });
    const without = councilTeam(COUNCIL_POLICY.replace(/^council:.*\n/m, ""));
    without.commit({ "migrations/1.sql": "1\n" });
    assert.equal((await votesOf(without.di.repository.dir, "Ana")).approve?.code, "no-council");
  });
});

/** @param name Who works there; empty: git does not know. */
async function votesOf(dir: string, name: string, trusted = true) {
  const project = await Project.open(dir, { now: Date.now });
  const governed = await readGoverned(project);
  const review = await readCouncilReview(project, governed, await candidateNamed(governed, undefined));
  const author = async () => {
    if (name === "") throw new HumanError("usage", "Git does not know who you are.");
    return `${name} <${name.toLowerCase()}@example.com>`;
  };
  return ownVote({ trusted, author } as unknown as Project, governed, review);
}

async function governanceOf(dir: string) {
  const project = await Project.open(dir, { now: Date.now });
  return readGovernance(project, await project.read());
}
