import assert from "node:assert/strict";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { Story } from "../support/story/story.ts";

describe("a drop that breaks the shop, watched by a pipeline", function () {
  this.timeout(300_000);
  let story: Story;
  before(async () => {
    story = await Story.begin("rollback");
  });
  after(() => story?.end());

  it("is taken back by itself; the shop recovers, and the clocks tell the true story", async () => {
    const { dir, environment } = story.repository;
    const run = (...args: string[]) =>
      runCommandLine(dir, args, { ...environment, DEPLOY: story.deployment });
    await story.breakIt();
    const broken = Date.now();
    const { code, stdout, stderr } = await run("watch", "--json");
    assert.equal(code, 1, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(report.breached, ["checkout errors"], stderr);
    assert.deepEqual([report.undo.state, report.undo.mitigated], ["done", true], stderr);
    assert.match(stderr, /taking drop-2 back in 10 s/);
    assert.match(stderr, /deployed drop-1/);

    // What customers see is what counts.
    await story.seen((rate) => rate === 0);
    assert.equal(story.status, 200);

    const status = JSON.parse((await run("status", "--json")).stdout);
    const [incident] = status.incidents;
    assert.equal(incident.id, report.incident);
    assert.deepEqual(
      [incident.drop, incident.severity, incident.status],
      ["drop-2", "critical", "mitigated"],
    );
    const { started, detected, mitigated } = incident.milestones;
    const [from, seen, over] = [started, detected, mitigated].map(Date.parse) as [number, number, number];
    assert.deepEqual(incident.assumed, []);
    assert.ok(broken - 5_000 <= from && from < seen && seen < over, JSON.stringify(incident.milestones));
    // It held for two seconds before it counted, and people had ten seconds to say no.
    assert.ok(seen - from >= 2_000 && over - seen >= 10_000, JSON.stringify(incident.milestones));
    const clocks = Object.fromEntries(
      incident.clocks.map((clock: { name: string; state: string }) => [clock.name, clock.state]),
    );
    assert.deepEqual(clocks, { detect: "met", mitigate: "met", update: "running", postmortem: "running" });
    assert.equal(status.drop.undo.state, "undone");

    const remote = story.repository.git("ls-remote", "origin");
    assert.match(remote, /refs\/heads\/dropclock\/undo-drop-2/);
    assert.match(remote, /refs\/dropclock\/ledger/);
    assert.equal(story.repository.git("status", "--porcelain"), "");
  });
});
