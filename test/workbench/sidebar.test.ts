import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openingDrafts } from "../../src/app/incident/incidents.ts";
import { Project } from "../../src/app/project/project.ts";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { runProcess } from "../support/processes/runProcess.ts";
import { sampleCommand } from "../support/sample/sampleCommand.ts";
import { sampleEnvironment, sampleGit } from "../support/sample/sampleGit.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";

const CHECKOUT = / · Checkout fails with 5xx$/;

/** So narrow is a side bar that leaves room for code. */
const NARROW = 300;

/** Nobody needs to watch a drop: so it is calm as soon as it is out. */
const UNWATCHED = `version: 1
targets:
  critical: { detect: null, mitigate: 2h, update: 1h, postmortem: 72h }
`;

describe("the sidebar at three in the morning", function () {
  this.timeout(300_000);
  let dir: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    dir = join(freshFolder("sidebar").path, "shop");
    await makeSmallRepository(dir);
    const remote = join(dir, "../shop.git");
    await sampleGit(dir, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    await sampleGit(dir, ["remote", "add", "origin", remote]);
    await mkdir(join(dir, ".dropclock"));
    await writeFile(join(dir, ".dropclock/policy.yaml"), UNWATCHED);
    await writeFile(join(dir, "cart.txt"), "nothing in it\n");
    await sampleGit(dir, ["add", "--all"]);
    await sampleGit(dir, ["commit", "--quiet", "--message=feat: carts"]);
    await sampleGit(dir, ["push", "--quiet", "origin", "main", "drop-1"]);
    await sampleGit(dir, ["remote", "set-head", "origin", "main"]);
    // Never pushed; three hours ago, so that the incidents are its own.
    const env = {
      ...sampleEnvironment(),
      GIT_COMMITTER_DATE: new Date(Date.now() - 3 * 3_600_000).toISOString(),
    };
    await runProcess("git", ["tag", "--annotate", "--message=drop-2", "drop-2"], { cwd: dir, env });
    started = await startRelease({ path: dir, width: NARROW });
    ({ workbench, view } = started);
  });

  after(() => started?.stop());

  it("is a handful of rows while all is calm", async () => {
    await describes("Undo", /^ready: 1 commit, 1 file$/);
    assert.deepEqual(
      (await view.rows()).map(({ label }) => label),
      ["No open incident", "drop-2", "Undo", "Records and policy"],
    );
    await workbench.screenshot("sidebar-0-narrow");
  });

  it("says that a tag was never pushed, and pushes it once a person says so", async () => {
    await describes("drop-2", /^tag not pushed · shipped /);
    assert.deepEqual(await view.buttons("drop-2"), ["Push Tag…"]);
    await view.press("drop-2", "Push Tag…");
    assert.match(await workbench.notifications.dialog(), /Push the tag drop-2 to origin\?/);
    await workbench.notifications.pressInDialog("Push Tag");
    await describes("drop-2", /^shipped /);
    assert.match(await sampleGit(dir, ["ls-remote", "--tags", "origin"]), /refs\/tags\/drop-2/);
  });

  it("has the time in an incident's own row, and unfolds only what runs and what is next", async () => {
    await declareMinutesAgo(dir, "Checkout fails with 5xx", 7);
    await view.row(/^1h 5\dm · critical · Checkout fails with 5xx$/);
    const rows = (await view.outline()).slice(0, 4);
    assert.match(rows[1]!, /^ {2}Mitigate · 1h 5\dm left · due .* · back-dated$/);
    assert.match(rows[2]!, /^ {2}Undo drop-2… · ready: 1 commit, 1 file$/);
    assert.match(rows[3]!, /^ {2}Timeline and documents · 3 events$/);
    assert.deepEqual(await view.buttons(CHECKOUT), ["Undo Drop…"]);
    assert.deepEqual(await view.menu(CHECKOUT), [
      "Undo Drop…",
      "Open Incident Page",
      "Mark Milestone",
      "Undo the Drop",
      "Tell Customers",
      "Learn",
      "Correct the Record",
      "Hand Over Incident…",
      "Copy Incident ID",
      "Copy Link to Incident",
    ]);
    await eventually(async () => assert.equal(await workbench.activityBar.badge("Dropclock"), "1"));
    await workbench.screenshot("sidebar-1-narrow");
  });

  it("takes a wrong mark back by one press: in the message, and in the row until the next", async () => {
    await view.press("Mitigate", "Mark Mitigated");
    const { buttons } = await workbench.notifications.waitFor(/Mitigated at \d\d:\d\d: Checkout fails/);
    assert.deepEqual(buttons, ["Undo", "Change Time…", "Don't Show Again"]);
    await view.row(/^\d+m · mitigated · Checkout/);
    await workbench.screenshot("sidebar-2-marked");
    await workbench.notifications.press(/Mitigated at/, "Undo");
    await view.row(/^1h 5\dm · critical · Checkout/);
    await view.press("Mitigate", "Mark Mitigated");
    await view.row(/^\d+m · mitigated · Checkout/);
    await view.click(/^Undo “Mitigated \d\d:\d\d”$/);
    await view.row(/^1h 5\dm · critical · Checkout/);
    await eventually(async () =>
      assert.ok(!(await view.rows()).some(({ label }) => label.startsWith("Undo “"))),
    );
    await workbench.notifications.dismissAll();
  });

  it("says of a severity and of a retraction what they change, before they are made", async () => {
    await view.click(CHECKOUT);
    await workbench.runCommand("Dropclock: Change Severity…");
    const options = await eventually(async () => {
      const found = await workbench.quickInput.options();
      assert.deepEqual(
        found.map(({ label }) => label),
        ["major", "minor"],
      );
      return found;
    });
    assert.match(JSON.stringify(options), /Mitigate: 1h 5\dm left, due .* → 7h 5\dm left, due /);
    await workbench.screenshot("sidebar-3-severity");
    await workbench.quickInput.cancel();
    await workbench.runCommand("Dropclock: Retract Event…");
    const [first] = await eventually(async () => {
      const found = await workbench.quickInput.options();
      assert.ok(found.length >= 3);
      return found;
    });
    // What was entered last comes first: never the opening, without which there is no incident.
    assert.doesNotMatch(first!.label, /opened/i);
    await workbench.quickInput.cancel();
  });

  it("offers the undo and the update with the breach, and reaches the plan by keys alone", async () => {
    await declareMinutesAgo(dir, "Nobody can pay", 125);
    await view.row(/^overdue \d+m · critical · Nobody can pay$/);
    const { buttons } = await workbench.notifications.waitFor(/“Nobody can pay” is breached/);
    assert.deepEqual(buttons, ["Undo drop-2…", "Mark Mitigated", "Write Update"]);
    const { text } = await workbench.statusBar.waitFor(CLOCK, ({ kind }) => kind === "error");
    assert.match(text, /BREACHED · mitigate overdue \d+m/);
    await workbench.screenshot("sidebar-4-breached");
    await workbench.notifications.dismissAll();
    await workbench.runCommand("Dropclock: Focus on Release View");
    await workbench.page.keyboard.press("Home");
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await workbench.page.keyboard.press(key);
    await eventually(async () =>
      assert.equal(await workbench.quickInput.title(), "Undo drop-2: 1 commit, 1 file"),
    );
    await workbench.screenshot("sidebar-5-plan");
    await workbench.page.keyboard.press("Escape");
    await workbench.editors.closeAll();
  });

  it("is legible with three incidents, in each theme and at twice the size", async () => {
    await sampleCommand(dir, ["incident", "open", "--title", "Search is slow", "--severity", "minor"]);
    await view.row(/ · minor · Search is slow$/);
    assert.equal((await view.rows()).filter(({ level }) => level === 1).length, 6);
    for (const theme of ["dark", "highContrast", "highContrastLight", "light"] as const) {
      await workbench.setTheme(theme);
      await workbench.editors.closeAll();
      await workbench.activityBar.open("Dropclock");
      await workbench.screenshot(`sidebar-6-${theme}`);
    }
    const size = workbench.page.viewportSize()!;
    await workbench.page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
    await view.row(/^overdue \d+m · critical · Nobody can pay$/);
    await workbench.screenshot("sidebar-7-zoomed");
    await workbench.page.setViewportSize(size);
  });

  it("keeps to what people have set, without a reload", async () => {
    await workbench.changeSettings({
      "dropclock.statusBar.show": "never",
      "dropclock.notifications.marks": false,
    });
    await eventually(async () => assert.equal(await workbench.statusBar.has(CLOCK), false));
    await workbench.editors.closeAll();
    await workbench.changeSettings({ "dropclock.statusBar.show": "incidents" });
    await workbench.statusBar.waitFor(CLOCK, ({ text }) => /BREACHED/.test(text));
    await workbench.editors.closeAll();
    await workbench.notifications.dismissAll();
    await view.chooseFromMenu(/^Mitigate$/, "Mark Mitigated");
    await view.row(/ · mitigated · Nobody can pay$/);
    assert.deepEqual(await workbench.notifications.shown(), []);
    await view.click(/^Undo “Mitigated/);
    await view.row(/^overdue \d+m · critical · Nobody can pay$/);
  });

  it("unfolds only the most urgent one of many", async () => {
    const project = await Project.open(dir, { now: Date.now });
    const { release } = await project.read();
    const alert = (i: number) => {
      const [detected, severity] = [Date.now(), i % 2 === 0 ? ("major" as const) : ("critical" as const)];
      const opening = { id: `alert-${i}`, title: `Alert ${i}`, severity, drop: null, detected };
      return openingDrafts(release, { ...opening, started: { at: detected } }, detected);
    };
    await project.append(Array.from({ length: 37 }, (_, i) => alert(i)).flat());
    await eventually(async () => assert.equal(await workbench.activityBar.badge("Dropclock"), "40"));
    const rows = await eventually(async () => {
      const found = await view.rows();
      assert.ok(found.filter(({ label }) => / · Alert \d+$/.test(label)).length > 8);
      return found;
    });
    assert.match(rows[0]!.label, /^overdue \d+m · critical · Nobody can pay$/);
    assert.ok(rows.every(({ label, expanded }) => !/ · Alert /.test(label) || expanded === false));
    await workbench.screenshot("sidebar-8-many");
  });

  /** Waits until a row's description reads so. */
  async function describes(label: string, wanted: RegExp): Promise<void> {
    await eventually(async () => assert.match((await view.row(label)).description, wanted), 60_000);
  }
});
