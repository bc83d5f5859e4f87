import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeEmptyRepository } from "../support/sample/smallRepository.ts";

/** The first command ends when this file is there. */
const GO = ".git/go";

const POLICY = `version: 1
drills: { every: 1m }
rollback:
  steps:
    - run: "while ! test -e ${GO}; do sleep 0.2; done"
    - revert: { push: true, pullRequest: false }
`;

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 60_000;

describe("undo: the ways out and back", function () {
  this.timeout(240_000);
  let dir: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    const folder = freshFolder("undo-ways").path;
    dir = join(folder, "shop");
    const remote = join(folder, "shop.git");
    await makeEmptyRepository(dir);
    await sampleGit(folder, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    const git = (...args: string[]) => sampleGit(dir, args);
    await git("remote", "add", "origin", remote);
    const commit = async (file: string, text: string, message: string) => {
      writeFileSync(join(dir, file), text);
      await git("add", "--all");
      await git("commit", "--quiet", "--date=2026-01-05T09:00:00Z", `--message=${message}`);
    };
    mkdirSync(join(dir, ".dropclock"));
    await commit(".dropclock/policy.yaml", POLICY, "chore: how it is taken back");
    await git("tag", "drop-1");
    await commit("shop.js", "exports.open = true;\n", "feat: open the shop");
    await git("tag", "drop-2");
    await git("push", "--quiet", "origin", "main", "--tags");
    await git("remote", "set-head", "origin", "main");
    started = await startRelease({ path: dir });
    ({ workbench, view } = started);
  });

  after(() => started?.stop());

  it("says that the first drill is due", async () => {
    await view.expand("Records and policy");
    await describes("Rollback drill", /^(?:overdue since|due) /);
    await workbench.screenshot("undo-ways-1-drill");
  });

  it("is cancelled between two steps, and says what is not done", async () => {
    await describes("Undo", /^ready: 1 commit, 1 file$/);
    await view.press("drop-2", "Undo Drop…");
    await choose(/^Undo drop-2/, "Undo drop-2 Now");
    await workbench.notifications.waitFor(/Undo drop-2/, LONG);
    // Cancelled sooner, it would not have begun.
    await describes("Undo", /^Run while/);
    await workbench.notifications.press(/Undo drop-2/, "Cancel");
    // The message goes away with that; what is going on stays in the sidebar.
    await describes("Undo", /stops after this step$/);
    await workbench.screenshot("undo-ways-2-cancelling");
    writeFileSync(join(dir, GO), "");
    const { message, buttons } = await workbench.notifications.waitFor(/was cancelled before/, LONG);
    assert.match(
      message,
      /^Undo of drop-2 was cancelled before step 2 of 2, Revert drop-2 .* Done: Run while/,
    );
    assert.ok(buttons.includes("Continue"), buttons.join());
    await workbench.screenshot("undo-ways-3-cancelled");
    assert.equal(await branches(), "");
  });

  it("goes on from there", async () => {
    await workbench.notifications.press(/was cancelled before/, "Continue");
    await workbench.notifications.waitFor(/Undo of drop-2: all 2 steps done/, LONG);
    await describes("Undo", /^branch pushed · no pull request seen · undone \d\d:\d\d by Ana Silva/);
    assert.match(await branches(), /dropclock\/undo-drop-2/);
    await workbench.notifications.dismissAll();
  });

  it("is put on again, once the undo is on the branch", async () => {
    await sampleGit(dir, ["merge", "--quiet", "--ff-only", "dropclock/undo-drop-2"]);
    await sampleGit(dir, ["push", "--quiet", "origin", "main"]);
    assert.throws(() => readFileSync(join(dir, "shop.js")));
    await view.chooseFromMenu("drop-2", "Reapply Drop…");
    await choose(/^Reapply drop-2/, "Reapply drop-2 Now");
    await workbench.notifications.waitFor(/Reapply of drop-2: /, LONG);
    await workbench.screenshot("undo-ways-4-reapplied");
    const branch = (await branches()).split("\n").find((name) => /reapply/.test(name));
    assert.equal(await sampleGit(dir, ["show", `${branch?.trim()}:shop.js`]), "exports.open = true;");
  });

  const branches = () => sampleGit(dir, ["branch", "--list", "dropclock/*"]);

  async function choose(title: RegExp, option: string): Promise<void> {
    await eventually(async () => assert.match(await workbench.quickInput.title(), title), LONG);
    // What is pressed sooner is taken for a slip.
    await workbench.page.waitForTimeout(700);
    await workbench.quickInput.pick(option);
  }

  async function describes(label: string | RegExp, wanted: RegExp): Promise<void> {
    await eventually(async () => assert.match((await view.row(label)).description, wanted), LONG);
  }
});
