import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import { type StartedWorkbench, startWorkbench } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleCommand } from "../support/sample/sampleCommand.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { declareMinutesAgo, makeSmallRepository } from "../support/sample/smallRepository.ts";

const LONG = 60_000;

const PAY = / · Nobody can pay$/;

describe("two windows on two clones of one remote", () => {
  const started: StartedWorkbench[] = [];
  let ana: Workbench;
  let bo: Workbench;
  let dirs: string[];

  before(async () => {
    const folder = freshFolder("clones").path;
    const remote = join(folder, "shop.git");
    const first = join(folder, "ana");
    await makeSmallRepository(first);
    mkdirSync(join(first, ".dropclock"));
    writeFileSync(join(first, ".dropclock/policy.yaml"), "version: 1\nledger: { sync: 3s }\n");
    await sampleGit(first, ["add", "--all"]);
    await sampleGit(first, ["commit", "--quiet", "--message=chore: one clock for the team"]);
    await sampleGit(folder, ["clone", "--quiet", "--bare", first, remote]);
    await sampleGit(first, ["remote", "add", "origin", remote]);
    const second = join(folder, "bo");
    await sampleGit(folder, ["clone", "--quiet", remote, second]);
    await sampleGit(second, ["config", "user.name", "Bo Berg"]);
    await sampleGit(second, ["config", "user.email", "bo@example.com"]);
    dirs = [first, second];
    await declareMinutesAgo(first, "Slow search", 5);
    await sampleCommand(second, ["sync"]);
    for (const path of dirs) started.push(await startWorkbench({ path, container: "Dropclock" }));
    [ana, bo] = started.map(({ workbench }) => workbench) as [Workbench, Workbench];
    for (const workbench of [ana, bo]) {
      await workbench.activityBar.open("Dropclock");
      await workbench.widenSideBar(460);
      await workbench.view("Release").row(/ · Slow search$/);
    }
  });

  after(async () => {
    for (const each of started) await each.stop();
  });

  it("show the same clock: what is declared in one counts down in the other, by itself", async () => {
    await ana.runCommand("Dropclock: Declare Incident…");
    await ana.quickInput.fill("Nobody can pay");
    await ana.quickInput.pick("critical");
    await ana.view("Release").row(PAY);
    await eventually(() => bo.view("Release").row(PAY), LONG);
    const due = async (workbench: Workbench) => {
      const [clock] = (await workbench.view("Release").rows()).filter(({ label }) => label === "Mitigate");
      return /due \S+/.exec(clock?.description ?? "")?.[0];
    };
    assert.ok(await due(ana));
    assert.equal(await due(ana), await due(bo));
    await ana.screenshot("clones-1-ana");
    await bo.screenshot("clones-2-bo");
  });

  it("tell who entered what, and end it for both", async () => {
    await bo.view("Release").press(PAY, "Mark Mitigated");
    await eventually(async () => {
      const { label } = await ana.view("Release").row(PAY);
      assert.match(label, / · mitigated · /);
    }, LONG);
    await ana.view("Release").expand(PAY);
    await ana.statusBar.waitFor(CLOCK, ({ text }) => /mitigate|update/.test(text));
    await ana.screenshot("clones-3-mitigated");
  });
});
