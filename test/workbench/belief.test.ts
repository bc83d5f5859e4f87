import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleCommand } from "../support/sample/sampleCommand.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";

const POLICY = `version: 1
service: Shop
targets:
  critical: { mitigate: 2h }
council: { members: [ana@example.com, bo@example.com], quorum: 1, from: low }
rollback: { steps: [ { revert: { push: true, pullRequest: false } } ] }
`;
const LONG = 60_000;

describe("what is believed, in the window", function () {
  this.timeout(240_000);
  let folder: string;
  let remote: string;
  let dir: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    folder = freshFolder("belief").path;
    remote = join(folder, "shop.git");
    await sampleGit(folder, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    const ana = await cloneFor("ana");
    const drop = async (tag: string, files: Record<string, string>) => {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(ana, path), text);
      await sampleGit(ana, ["add", "--all"]);
      await sampleGit(ana, ["commit", "--quiet", "-m", `feat: ${tag}`]);
      await sampleGit(ana, ["tag", "-a", "-m", tag, tag]);
    };
    mkdirSync(join(ana, ".dropclock"));
    await drop("drop-1", { "shop.js": "1\n", ".dropclock/policy.yaml": POLICY });
    // Nobody approved the second one, and the council was there by then.
    await drop("drop-2", { "shop.js": "2\n" });
    await drop("drop-3", { "cart.js": "3\n" });
    await sampleGit(ana, ["push", "--quiet", "--follow-tags", "origin", "main"]);
    await sampleCommand(ana, ["incident", "open", "--title", "Carts are empty", "--drop", "drop-3"]);
    dir = await cloneFor("di");
    await sampleGit(dir, ["remote", "set-head", "origin", "--delete"]);
    const bo = await cloneFor("bo");
    await sampleGit(bo, ["remote", "set-url", "origin", join(folder, "moved.git")]);
    started = await startRelease({ path: dir, width: 480 });
    ({ workbench, view } = started);
  });

  after(() => started?.stop());

  it("asks for the release branch where it is not known, and says no word of incidents before", async () => {
    await describes(view, "The release branch is not known", /^ask origin$/);
    await describes(view, "Incidents are not known", /^until the release branch is$/);
    const before = await labels(view);
    assert.ok(
      !before.some((label) => ["No open incident", "No drop yet", "Ledger"].includes(label)),
      before.join(),
    );
    await workbench.screenshot("belief-1-branch");
    await view.press("The release branch is not known", "Ask the Remote for Its Default Branch");
    await view.row("drop-3");
    await view.row(/ · Carts are empty$/);
    assert.ok(!(await labels(view)).some((label) => /not known/.test(label)));
  });

  it("tells above the policy what will change once it is on the branch, and shows the difference", async () => {
    const path = join(dir, ".dropclock/policy.yaml");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace("mitigate: 2h", "mitigate: 20h").replace("quorum: 1", "quorum: 2"),
    );
    await describes(view, "Records and policy", /^2 changes, in force once they are on main/);
    await workbench.editors.open(".dropclock/policy.yaml");
    const lens = await eventually(async () => {
      const [first] = await workbench.editors.codeLenses();
      assert.match(first ?? "", /2 changes, in force once they are on main · show the changes/);
      return first!;
    }, LONG);
    await workbench.screenshot("belief-2-lens");
    await workbench.editors.pressCodeLens(lens);
    await workbench.editors.waitForTab(/^Policy: in force on main ↔ this work tree/);
    await workbench.page.locator(".monaco-diff-editor .line-insert").first().waitFor();
    await workbench.screenshot("belief-3-difference");
    await workbench.editors.closeAll();
  });

  it("asks where to go back to where the drop before it did not pass its gate", async () => {
    await view.press("drop-3", "Undo Drop…");
    await eventually(
      async () => assert.match(await workbench.quickInput.title(), /^Undo drop-3: Where to Go Back To\?$/),
      LONG,
    );
    const options = await workbench.quickInput.options();
    assert.deepEqual(
      options.map(({ label }) => /drop-\d/.exec(label)?.[0]),
      ["drop-1", "drop-2"],
    );
    await workbench.screenshot("belief-4-back-to");
    // What is pressed sooner is taken for a slip.
    await workbench.page.waitForTimeout(700);
    await workbench.quickInput.pick("Back to drop-1");
    await eventually(
      async () => assert.match(await workbench.quickInput.title(), /^Undo drop-3(?!: Where)/),
      LONG,
    );
    await workbench.screenshot("belief-5-plan");
    await workbench.page.keyboard.press("Escape");
  });

  it("does not call an unread ledger calm, and asks again at a press", async () => {
    const other = await workbench.openWindow(join(folder, "bo"));
    await other.activityBar.open("Dropclock");
    await other.widenSideBar(480);
    const unread = other.view("Release");
    await describes(unread, "Incidents are not known", /^try again/);
    assert.ok(!(await labels(unread)).includes("No open incident"));
    await other.screenshot("belief-6-unread");
    await unread.click("Incidents are not known");
    await other.notifications.waitFor(/could not be fetched.*incidents are not known/s, LONG);
    await other.screenshot("belief-7-again");
    renameSync(remote, join(folder, "moved.git"));
    await other.notifications.dismissAll();
    await unread.press("Incidents are not known", "Sync Ledger");
    await unread.row(/ · Carts are empty$/);
    assert.ok(!(await labels(unread)).includes("Incidents are not known"));
  });

  async function cloneFor(name: string): Promise<string> {
    const path = join(folder, name);
    await sampleGit(folder, ["clone", "--quiet", remote, path]);
    await sampleGit(path, ["config", "user.name", name]);
    await sampleGit(path, ["config", "user.email", `${name}@example.com`]);
    return path;
  }

  const labels = async (tree: TreeView) => (await tree.rows()).map(({ label }) => label);

  async function describes(tree: TreeView, label: string, wanted: RegExp): Promise<void> {
    await eventually(async () => assert.match((await tree.row(label)).description, wanted), LONG);
  }
});
