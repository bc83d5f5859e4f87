import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startWorkbench } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";

const POLICY = `version: 1
service: Checkout
council: { members: [ana@example.com, bo@example.com], quorum: 1, from: high }
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
stages:
  - { name: testbed }
  - { name: broad }
`;

/** Patience on a machine that has other things to do. Milliseconds. */
const LONG = 60_000;

describe("a risky drop, asked for in one window and approved in another", function () {
  this.timeout(240_000);
  const started: StartedWorkbench[] = [];
  let remote: string;
  let di: Workbench;
  let ana: Workbench;

  before(async () => {
    const folder = freshFolder("council").path;
    remote = join(folder, "shop.git");
    const dirs = { Di: join(folder, "di"), Ana: join(folder, "ana") };
    await sampleGit(folder, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    const clone = async (name: keyof typeof dirs) => {
      await sampleGit(folder, ["clone", "--quiet", remote, dirs[name]]);
      await sampleGit(dirs[name], ["config", "user.name", name]);
      await sampleGit(dirs[name], ["config", "user.email", `${name.toLowerCase()}@example.com`]);
    };
    await clone("Di");
    const git = (...args: string[]) => sampleGit(dirs.Di, args);
    const commit = async (file: string, text: string, message: string) => {
      mkdirSync(join(dirs.Di, file, ".."), { recursive: true });
      writeFileSync(join(dirs.Di, file), text);
      await git("add", "--all");
      await git("commit", "--quiet", `--message=${message}`);
    };
    await commit(".dropclock/policy.yaml", POLICY, "chore: the council");
    await git("tag", "--annotate", "--message=drop-1", "drop-1");
    await commit("migrations/001.sql", "create table orders (id int);\n", "feat: keep orders");
    await git("push", "--quiet", "origin", "main", "--tags");
    await clone("Ana");
    await sampleGit(dirs.Ana, ["remote", "set-head", "origin", "main"]);
    await git("remote", "set-head", "origin", "main");
    for (const dir of [dirs.Di, dirs.Ana])
      started.push(await startWorkbench({ path: dir, container: "Dropclock" }));
    [di, ana] = started.map(({ workbench }) => workbench) as [Workbench, Workbench];
    for (const workbench of [di, ana]) {
      await workbench.activityBar.open("Dropclock");
      await workbench.widenSideBar(460);
    }
  });

  after(async () => {
    for (const each of started) await each.stop();
  });

  it("shows before there is a tag that it is risky and may not ship, with the reason", async () => {
    await describes(di, "Next drop", /^drop-2 · 1 commit · high risk · may not ship yet$/);
    await di.view("Release").expand("Next drop");
    await describes(di, "Risk", /^high: schema change$/);
    await di.view("Release").row(/^Gate shut to ship/);
    await di.view("Release").row(/1 approval/);
    await di.screenshot("council-1-shut");
  });

  it("is not shipped while the gate is shut", async () => {
    await di.view("Release").press("Next drop", "Request Approval…");
    await eventually(async () =>
      assert.match(await di.quickInput.title(), /^Request Approval of The next drop/),
    );
    await di.quickInput.cancel();
    await di.runCommand("Dropclock: Ship Drop…");
    const { message, buttons } = await di.notifications.waitFor(/may not ship yet/, LONG);
    assert.match(message, /approval/);
    assert.ok(buttons.includes("Open Request"), buttons.join());
    await di.notifications.dismissAll();
  });

  it("is requested, with the request on one page", async () => {
    await di.view("Release").press("Next drop", "Request Approval…");
    await eventually(async () => assert.match(await di.quickInput.title(), /^Request Approval/));
    await di.quickInput.fill("for Monday");
    await di.notifications.waitFor(/^Requested\. 0 of 1 approval\. Waiting for ana@example\.com/, LONG);
    await di.notifications.dismissAll();
    await di.view("Release").click("Approval request");
    const page = await eventually(() => webviewText(di.page, /create table orders/), LONG);
    assert.match(page, /schema change/);
    assert.match(page, /^Approval of the next drop/);
    await di.screenshot("council-2-request");
  });

  it("waits for the member who may approve it, and is approved by her", async () => {
    await ana.runCommand("Dropclock: Sync Ledger");
    await describes(ana, "Next drop", /waits for you$/);
    await ana.view("Release").expand("Next drop");
    await ana.screenshot("council-3-waits");
    await ana.view("Release").press("Next drop", "Approve Drop…");
    const dialog = await ana.notifications.dialog();
    assert.match(dialog, /Approve the next drop \(1 commit since drop-1\)\?/);
    assert.match(dialog, /Risk high: schema change/);
    await ana.screenshot("council-4-approve");
    await ana.notifications.pressInDialog("Approve");
    await ana.notifications.waitFor(/^Approved\. 1 of 1 approval \(Ana\)/, LONG);
    await describes(ana, "Next drop", /may ship$/);
  });

  it("ships in the other window, by one command", async () => {
    await di.runCommand("Dropclock: Sync Ledger");
    await describes(di, "Next drop", /may ship$/);
    await di.view("Release").press("Next drop", "Ship Drop…");
    await eventually(async () => assert.equal(await di.quickInput.title(), "Ship Drop"), LONG);
    assert.equal(await di.quickInput.value(), "drop-2");
    await di.quickInput.fill("drop-2");
    assert.match(await di.notifications.dialog(), /Ship the next drop \(1 commit since drop-1\) as drop-2\?/);
    await di.screenshot("council-5-ship");
    await di.notifications.pressInDialog("Tag and Push to origin");
    await di.notifications.waitFor(/drop-2 is tagged and is at origin/, LONG);
    await describes(di, "drop-2", /^shipped /);
    assert.match(
      await sampleGit(remote, ["cat-file", "tag", "drop-2"]),
      /Approved-by: Ana <ana@example\.com>/,
    );
    await di.notifications.dismissAll();
    await di.editors.closeAll();
  });

  it("goes from testbed to broad exposure, and back", async () => {
    await di.view("Release").expand("drop-2");
    await describes(di, "Stage", /^testbed since .* · may go to broad$/);
    await di.screenshot("council-6-stage");
    await di.view("Release").press("Stage", "Promote Drop…");
    await di.notifications.waitFor(/drop-2 is in broad now/, LONG);
    await describes(di, "Stage", /^broad since .* by Di$/);
    await di.notifications.dismissAll();
    await di.view("Release").press("Stage", "Demote Drop…");
    await di.quickInput.pick("testbed");
    await di.quickInput.fill("errors at the till");
    await di.notifications.waitFor(/drop-2 is back in testbed/, LONG);
    await describes(di, "Stage", /^testbed since /);
    await di.notifications.dismissAll();
  });

  it("tells how the policy is adopted", async () => {
    await di.view("Release").expand("Records and policy");
    await di.view("Release").expand("Adoption");
    await eventually(
      async () => assert.match((await di.view("Release").row(/of 4 drops$/)).label, /^\d of 4/),
      LONG,
    );
    await di.view("Release").row(/^Change failure rate: 0 %/);
    await di.screenshot("council-7-adoption");
  });

  async function describes(workbench: Workbench, label: string | RegExp, wanted: RegExp): Promise<void> {
    const view = workbench.view("Release");
    await eventually(async () => assert.match((await view.row(label)).description, wanted), LONG);
  }
});
