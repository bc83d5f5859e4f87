import assert from "node:assert/strict";
import { PostedPostmortems } from "../../../../src/app/documents/postmortemRecord.ts";
import {
  declareIncident,
  markMilestone,
  reopenIncident,
  retractEvent,
} from "../../../../src/app/incident/incidents.ts";
import { Project } from "../../../../src/app/project/project.ts";
import { formatInstant } from "../../../../src/domain/time/instant.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";
import { at } from "../../../support/record/events.ts";

const COMPLETE = `# Checkout 5xx

## Summary

It broke, and we took it back.

## Impact

Everybody.

## Root cause and contributing factors

A constant.

## Action items

- [ ] Test it — owner: @ana — due: 2026-12-01
`;
const DRAFT = COMPLETE.replace("Everybody.", "<!-- Who could not do what? -->");

/** An incident of 10:00, mitigated at 11:00, in a repository with one commit. */
async function scene() {
  const repository = TemporaryRepository.make();
  repository.git("config", "user.name", "Ana");
  repository.git("config", "user.email", "ana@example.com");
  repository.commit({ "a.txt": "a" }, { at: at("09:00") });
  let now = at("10:00");
  const project = await Project.open(repository.dir, { now: () => now });
  const { id } = await declareIncident(project, { title: "Checkout 5xx", drop: null });
  now = at("11:00");
  await markMilestone(project, id, "mitigated");
  now = at("18:00");
  const path = `docs/postmortems/${id}.md`;
  const posted = new PostedPostmortems();
  const look = async (by = posted) =>
    (await by.record(project, await project.read())).map((event) => [
      event.type,
      event.at,
      event.data.commit,
    ]);
  const travel = (to: number) => {
    now = to;
  };
  const round = async () => (await project.read()).release.incidents[0]!.round;
  return { repository, project, id, path, look, round, travel };
}

describe("a post-mortem on the release branch", () => {
  it("is on record at the time of the commit that completed it, once", async () => {
    const { repository, path, look, round } = await scene();
    assert.deepEqual(await look(), []);
    repository.commit({ [path]: DRAFT }, { at: at("13:00") });
    assert.deepEqual(await look(), []);
    const commit = repository.commit({ [path]: COMPLETE }, { at: at("14:00") });
    repository.commit({ [path]: `${COMPLETE}\nA word more.\n` }, { at: at("15:00") });
    assert.deepEqual(await look(), [["postmortem", formatInstant(at("14:00")), commit]]);
    assert.equal((await round()).marks.postmortem!.at, at("14:00"));
    assert.deepEqual(await look(), []);
    assert.deepEqual(await look(new PostedPostmortems()), []);
  });

  it("counts when it was merged, not when it was written beside", async () => {
    const { repository, path, look } = await scene();
    repository.git("checkout", "-qb", "postmortem");
    repository.commit({ [path]: COMPLETE }, { at: at("13:00") });
    repository.git("checkout", "-q", "main");
    repository.commit({ "b.txt": "b" }, { at: at("13:30") });
    assert.deepEqual(await look(), []);
    const merge = repository.tryGit(["merge", "-q", "--no-ff", "-m", "merge", "postmortem"], {
      at: at("16:00"),
    });
    assert.equal(merge.status, 0, merge.stderr);
    const commit = repository.git("rev-parse", "HEAD");
    assert.deepEqual(await look(), [["postmortem", formatInstant(at("16:00")), commit]]);
  });

  it("does not count while it is only in the work tree", async () => {
    const { repository, path, look } = await scene();
    repository.write(path, COMPLETE);
    repository.git("add", "-A");
    assert.deepEqual(await look(), []);
  });

  it("never ends before the mitigation", async () => {
    const { repository, path, look } = await scene();
    const commit = repository.commit({ [path]: COMPLETE }, { at: at("10:30") });
    assert.deepEqual(await look(), [["postmortem", formatInstant(at("11:00")), commit]]);
  });

  it("of an earlier round does not count for the next", async () => {
    const { repository, project, id, path, look, travel } = await scene();
    repository.commit({ [path]: COMPLETE }, { at: at("12:00") });
    await look();
    await reopenIncident(project, id, "it came back");
    travel(at("19:00"));
    await markMilestone(project, id, "detected");
    await markMilestone(project, id, "mitigated");
    assert.deepEqual(await look(), []);
    travel(at("21:00"));
    const commit = repository.commit({ [path]: `${COMPLETE}\nAnd again.\n` }, { at: at("20:00") });
    assert.deepEqual(await look(), [["postmortem", formatInstant(at("20:00")), commit]]);
  });

  it("stays off the record once somebody has retracted it", async () => {
    const { repository, project, id, path, look, round } = await scene();
    repository.commit({ [path]: COMPLETE }, { at: at("14:00") });
    await look();
    await retractEvent(project, id, (await round()).marks.postmortem!.event!, "the wrong file");
    repository.commit({ "c.txt": "c" }, { at: at("15:00") });
    assert.deepEqual(await look(), []);
  });

  it("is looked for only when the branch has moved", async () => {
    const { repository, project, path } = await scene();
    repository.commit({ [path]: DRAFT }, { at: at("13:00") });
    const posted = new PostedPostmortems();
    const reading = await project.read();
    await posted.record(project, reading);
    const broken = { ...project, repository: null, trusted: true, lookBackTo: null } as unknown as Project;
    assert.deepEqual(await posted.record(broken, reading), []);
    let asked = 0;
    const counting = new Proxy(project, {
      get(target, key) {
        if (key === "root") asked++;
        const value = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await posted.record(counting, reading);
    assert.equal(asked, 0);
  });

  it("is found under another name by the incident that it names, and of several the first counts", async () => {
    const { repository, id, path, look, project } = await scene();
    const named = (text: string) => `---\nincident: ${id}\n---\n\n${text}`;
    const elsewhere = "docs/postmortems/2026-q4/checkout.md";
    repository.commit({ [path]: DRAFT, "docs/postmortems/other.md": COMPLETE }, { at: at("12:00") });
    assert.deepEqual(await look(), []);
    repository.git("mv", path, "docs/postmortems/moved.md");
    const commit = repository.commit(
      { [elsewhere]: named(COMPLETE).replaceAll("\n", "\r\n") },
      { at: at("13:00") },
    );
    repository.commit({ [elsewhere]: named(`${COMPLETE}\nMore.\n`) }, { at: at("13:30") });
    repository.commit({ "docs/postmortems/second.md": named(COMPLETE) }, { at: at("14:00") });
    assert.deepEqual(await look(), [["postmortem", formatInstant(at("13:00")), commit]]);
    const { release } = await project.read();
    assert.equal(release.events.find(({ type }) => type === "postmortem")!.data.path, elsewhere);
  });
});
