import assert from "node:assert/strict";
import { Project } from "../../src/app/project/project.ts";
import { statusAt } from "../../src/domain/drop/status.ts";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { Story } from "../support/story/story.ts";

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 90_000;

describe("a drop that breaks the shop, with somebody at the editor", function () {
  this.timeout(300_000);
  let story: Story;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    story = await Story.begin("rollback");
    started = await startRelease({
      path: story.repository.dir,
      env: { DEPLOY: story.deployment },
      width: 460,
    });
    ({ workbench, view } = started);
  });
  after(async () => {
    await started?.stop();
    await story?.end();
  });

  it("asks nobody while no window is open", async () => {
    await view.row("drop-1");
    assert.equal(
      (await view.rows()).some(({ label }) => label === "checkout errors"),
      false,
    );
  });

  it("watches as soon as a drop ships, live in the sidebar", async () => {
    await story.breakIt();
    await eventually(() => view.row("drop-2"), LONG);
    await eventually(async () => {
      const { description } = await view.row("checkout errors");
      assert.match(description, /^0\.\d+ > 0\.05 · (?:pending|breached) since \S+ [▁▂▃▄▅▆▇█]+$/);
    }, LONG);
    await view.row("Watching");
    await workbench.screenshot("signals-1-watching");
  });

  it("opens the incident, and says that it takes the drop back in ten seconds", async () => {
    await workbench.notifications.waitFor(/checkout errors.* is breached on drop-2/);
    await workbench.screenshot("signals-2-countdown");
    await view.row(/ · checkout errors breached on drop-2/);
  });

  it("takes it back by itself, and is mitigated once the signal is calm", async () => {
    await view.expand("Timeline and documents");
    await eventually(async () => {
      const description = (await view.row("Mitigate")).description;
      assert.match(description, /^met in/);
    }, LONG);
    await workbench.screenshot("signals-3-mitigated");
    await story.seen((rate) => rate === 0);
    assert.equal(story.status, 200);
    const project = await Project.open(story.repository.dir, { now: Date.now });
    const { release } = await project.read();
    const [status] = statusAt(release, Date.now()).open;
    assert.deepEqual(
      status!.clocks.map(({ name, state }) => [name, state]),
      [
        ["detect", "met"],
        ["mitigate", "met"],
        ["update", "running"],
        ["postmortem", "running"],
      ],
    );
    assert.equal(release.records.get("drop-2")!.state, "undone");
    assert.equal(story.repository.git("status", "--porcelain"), "");
  });

  it("shows the checklist under the drop, with what is to be done", async () => {
    await view.expand("drop-2");
    await view.expand("Checklist");
    const row = await view.row("A signal of user impact answered within the watch window");
    assert.match(row.description, /^pass · “checkout errors” answered/);
    await workbench.screenshot("signals-4-checklist");
  });
});
