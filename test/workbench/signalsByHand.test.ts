import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import { MeasuredShop, type MeasuredShopOptions } from "../support/story/measuredShop.ts";

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 90_000;

describe("a signal that breaches, and a person who decides", function () {
  this.timeout(300_000);
  let shop: MeasuredShop;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  const begin = (options: MeasuredShopOptions) => async () => {
    shop = await MeasuredShop.open(options);
    started = await startRelease({ path: shop.repository.dir, width: 460 });
    ({ workbench, view } = started);
  };
  const end = async () => {
    await started?.stop();
    await shop?.close();
  };
  const reads = (description: RegExp) =>
    eventually(async () => assert.match((await view.row("checkout errors")).description, description), LONG);
  const reload = async () => {
    await workbench.reload();
    await workbench.activityBar.open("Dropclock");
  };
  const branches = () => shop.repository.git("branch", "--all", "--list", "*undo*");
  const noteOf = async (wanted: RegExp) =>
    eventually(async () => {
      const { release } = await shop.read();
      const notes = release.events.filter(({ type }) => type === "note").map(({ data }) => String(data.text));
      assert.ok(
        notes.some((note) => wanted.test(note)),
        notes.join(" | "),
      );
      return notes.filter((note) => wanted.test(note));
    }, LONG);

  describe("where the policy wants the undo to be proposed", () => {
    before(begin({ does: "propose" }));
    after(end);

    it("tells since when it is calm", async () => {
      await reads(/^0 > 0\.05 · calm since \d\d:\d\d/);
      assert.match(await view.tooltip("checkout errors"), /^checkout errors — calm since \w{3} \d/);
    });

    it("opens the incident and offers the undo with its plan, in one message", async () => {
      shop.rate = 0.4;
      const { message, severity, buttons } = await workbench.notifications.waitFor(/is breached/, LONG);
      await view.row(/ · checkout errors breached on drop-2/);
      await workbench.screenshot("by-hand-1-proposed");
      assert.match(
        message,
        /^“checkout errors” is breached on drop-2: 0\.4 .*An incident was opened\. Undo ready: 1 commit, 1 file\. Steps: Revert drop-2 .*; Run echo deploying drop-1\.$/,
      );
      assert.equal(severity, "error");
      assert.deepEqual(buttons, ["Undo drop-2…", "Show Incident"]);
      assert.equal((await workbench.notifications.all()).length, 1);
      assert.equal((await shop.read()).release.incidents.length, 1);
      assert.equal(branches(), "");
    });

    it("shows the plan when it is pressed, and does nothing yet", async () => {
      // The list of all messages, which was just on view, has taken the toast away.
      await workbench.runCommand("Notifications: Show Notifications");
      await workbench.page
        .locator(".notifications-center")
        .getByRole("button", { name: "Undo drop-2…", exact: true })
        .click();
      await eventually(async () =>
        assert.equal(await workbench.quickInput.title(), "Undo drop-2: 1 commit, 1 file"),
      );
      const labels = (await workbench.quickInput.options()).map(({ label }) => label);
      assert.deepEqual(labels.slice(0, 3), ["Undo drop-2 Now", "Read the Changes First", "Rehearse First"]);
      await workbench.screenshot("by-hand-2-plan");
      await workbench.quickInput.cancel();
      assert.equal(branches(), "");
      assert.equal((await shop.read()).release.records.get("drop-2")?.state ?? "in force", "in force");
    });
  });

  describe("where the policy wants a rollback", () => {
    before(begin({ does: "rollback" }));
    after(end);

    it("counts down, and stops when somebody cancels", async () => {
      await reads(/^0 > 0\.05 · calm/);
      shop.rate = 0.4;
      const { message } = await workbench.notifications.waitFor(/Taking drop-2 back by itself/, LONG);
      assert.match(
        message,
        /^Taking drop-2 back by itself: in \d+ s\. “checkout errors” is breached on drop-2: .*Undo ready: 1 commit, 1 file\. Steps: /,
      );
      await workbench.screenshot("by-hand-3-countdown");
      await workbench.notifications.press(/Taking drop-2 back by itself/, "Cancel");
    });

    it("says that nothing was taken back, on the spot and on record", async () => {
      const said = await workbench.notifications.waitFor(/drop-2 was not taken back/, LONG);
      assert.deepEqual(said.buttons, ["Undo drop-2…", "Show Incident"]);
      await workbench.screenshot("by-hand-4-cancelled");
      assert.match(
        said.message,
        /you cancelled it, and nothing was changed\. That is on the incident's record\.$/,
      );
      assert.equal((await noteOf(/^drop-2 is not taken back by itself: somebody cancelled it/)).length, 1);
      const { release } = await shop.read();
      assert.deepEqual(
        release.events.filter(({ type }) => type.startsWith("rollback")),
        [],
      );
      assert.equal(branches(), "");
    });

    it("does not begin again for the same breach, in this window or after a reload", async () => {
      await workbench.notifications.dismissAll();
      await reload();
      await reads(/breached since/);
      // It clears, which is put on record, and breaches again.
      shop.rate = 0;
      await noteOf(/is calm again/);
      assert.deepEqual(await workbench.notifications.all(), []);
      // A signal that flaps is put on record once a minute; a window that begins anew does so at once.
      await reload();
      await reads(/calm since/);
      shop.rate = 0.4;
      await eventually(async () => assert.equal((await noteOf(/is breached/)).length, 2), LONG);
      await view.expand("Timeline and documents");
      await view.expand("Timeline");
      await view.row(/somebody cancelled it/);
      await workbench.screenshot("by-hand-5-still-there");
      assert.deepEqual(await workbench.notifications.all(), []);
      assert.equal(branches(), "");
      assert.equal((await noteOf(/not taken back/)).length, 1);
    });
  });

  describe("where a rollback is counted down, and the branch changes meanwhile", () => {
    before(begin({ does: "rollback" }));
    after(end);

    it("says that it was not taken back, why, and how to go on", async () => {
      await reads(/^0 > 0\.05 · calm/);
      shop.rate = 0.4;
      await workbench.notifications.waitFor(/Taking drop-2 back by itself/, LONG);
      shop.repository.commit({ "price.txt": "3\n" }, { at: Date.now(), message: "fix: prices again" });
      shop.repository.git("push", "-q", "origin", "main");
      const { message, severity, buttons } = await workbench.notifications.waitFor(
        /Not taken back by itself/,
        LONG,
      );
      await eventually(async () => assert.equal((await workbench.notifications.shown()).length, 1));
      await workbench.screenshot("by-hand-6-refused");
      assert.equal(severity, "error");
      assert.match(
        message,
        /“checkout errors” is breached on drop-2: .* Not taken back by itself: drop-2 has conflicts in price\.txt: /,
      );
      assert.deepEqual(buttons, ["Show Plan…", "Show Incident"]);
      await workbench.notifications.press(/Not taken back by itself/, "Show Plan…");
      await eventually(async () => assert.match(await workbench.quickInput.title(), /^Undo drop-2/));
      const labels = (await workbench.quickInput.options()).map(({ label }) => label);
      assert.deepEqual(labels.slice(1, 3), ["Show Conflicts…", "Open the Runbook"]);
      await workbench.quickInput.cancel();
      await noteOf(/^drop-2 is not taken back by itself: /);
      assert.equal(branches(), "");
    });
  });

  describe("where a rollback is counted down, and a person presses first", () => {
    before(begin({ does: "rollback" }));
    after(end);

    it("is taken back once, and nobody is told that it failed", async () => {
      await reads(/^0 > 0\.05 · calm/);
      await eventually(async () => assert.match((await view.row("Undo")).description, /^ready/));
      // The plan is on view before it begins, so that a slow machine has no more to do in ten seconds than to press.
      await view.press("Undo", "Undo Drop…");
      await eventually(async () => assert.match(await workbench.quickInput.title(), /^Undo drop-2/));
      shop.rate = 0.4;
      await workbench.notifications.waitFor(/Taking drop-2 back by itself/, LONG);
      await workbench.quickInput.pick("Undo drop-2 Now");
      await shop.recorded("rolled-back");
      await workbench.notifications.waitFor(/Undo of drop-2: all 2 steps done/, LONG);
      await workbench.screenshot("by-hand-8-undone");
      assert.deepEqual(
        (await workbench.notifications.all()).filter(({ severity }) => severity !== "info"),
        [],
      );
      const { release } = await shop.read();
      assert.equal(release.events.filter(({ type }) => type === "rollback-started").length, 1);
      assert.equal(release.records.get("drop-2")!.state, "undone");
    });
  });

  describe("where a rollback is counted down while somebody rehearses it", () => {
    const goOn = join(temporaryFolder(), "go-on");
    before(begin({ does: "rollback", check: `until test -f '${goOn}'; do sleep 0.1; done` }));
    after(end);

    it("is taken back all the same, for a rehearsal changes nothing", async () => {
      await reads(/^0 > 0\.05 · calm/);
      await eventually(async () => assert.match((await view.row("Undo")).description, /^ready/));
      await workbench.runCommand("Dropclock: Rehearse Undo");
      await eventually(async () => assert.match((await view.row("Undo")).description, /until test/), LONG);
      shop.rate = 0.4;
      await workbench.notifications.waitFor(/Taking drop-2 back by itself/, LONG);
      writeFileSync(goOn, "");
      await workbench.notifications.waitFor(/Rehearsal of drop-2 passed/, LONG);
      await workbench.notifications.waitFor(/Undo of drop-2: all 2 steps done/, LONG);
      assert.equal((await shop.read()).release.records.get("drop-2")!.state, "undone");
      await workbench.screenshot("by-hand-9-rehearsed-meanwhile");
    });
  });
});
