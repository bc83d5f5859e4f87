import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLOCK } from "../support/editor/driver/statusBar.ts";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeEmptyRepository } from "../support/sample/smallRepository.ts";

const TITLE = "Checkout fails with 5xx";

/** Minutes as they read on a machine that takes its time between two steps. */
const FIVE_OR_MORE = "(?:[5-9]|1\\d)m";

describe("from an empty repository to a post-mortem, by clicking and typing", () => {
  let dir: string;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    dir = join(freshFolder("journey").path, "shop");
    await makeEmptyRepository(dir);
    started = await startRelease({ path: dir });
    ({ workbench, view } = started);
  });

  after(() => started?.stop());

  it("begins with what to do next", async () => {
    assert.match(await view.welcome(), /No drop yet\. A drop is one small release, marked by a git tag/);
    await workbench.screenshot("journey-1-empty");
  });

  it("writes a policy and opens it", async () => {
    await view.pressWelcome("Create Policy");
    await workbench.quickInput.pick("Weekly Micro-Drop");
    await workbench.editors.waitForTab("policy.yaml");
    assert.match(readFileSync(join(dir, ".dropclock/policy.yaml"), "utf8"), /^version: 1$/m);
    await workbench.screenshot("journey-2-policy");
    await workbench.editors.closeAll();
  });

  it("sees the drop as soon as the tag is there", async () => {
    await workbench.runInTerminal("git add -A && git commit -qm 'feat: a shop' && git tag drop-1");
    const row = await view.row("drop-1");
    assert.match(row.description, /^shipped .* · 1 commit/);
    await view.row(/^Watch/);
    await workbench.screenshot("journey-3-drop");
  });

  it("declares an incident in two inputs, and its clocks run", async () => {
    await workbench.runCommand("Dropclock: Declare Incident…");
    await workbench.quickInput.fill(TITLE, { title: /Declare Incident on drop-1/ });
    await workbench.quickInput.pick("critical");
    await view.row(/^1h 5\dm · critical · Checkout fails with 5xx$/);
    await describes("Mitigate", /^1h 5\dm left · due/);
    await view.expand("Timeline and documents");
    await describes("Detect", /^met in/);
    assert.equal((await view.row("Tell customers")).description, "1h once mitigated");
    const item = await workbench.statusBar.waitFor(CLOCK, ({ text }) => /mitigate.*1h 5\dm/.test(text));
    assert.equal(item.kind, "plain");
    await workbench.screenshot("journey-4-declared");
  });

  it("is warned when detection is put where it was: an hour and a quarter ago", async () => {
    await backDate("Detected", 75);
    const item = await workbench.statusBar.waitFor(
      CLOCK,
      ({ kind, text }) => kind === "warning" && /mitigate/.test(text),
    );
    assert.match(item.text, /4\d:\d\d/);
    await describes("Mitigate", /^4\dm left/);
    await workbench.notifications.waitFor(/Mitigate/);
    await workbench.screenshot("journey-5-warned");
    await workbench.notifications.dismissAll();
  });

  it("is breached once it is further back, with a badge and one notification", async () => {
    await backDate("Detected", 125);
    const item = await workbench.statusBar.waitFor(
      CLOCK,
      ({ kind, text }) => kind === "error" && /mitigate/.test(text),
    );
    assert.match(item.text, /overdue/);
    await describes("Mitigate", new RegExp(`^overdue by ${FIVE_OR_MORE}`));
    const { buttons } = await workbench.notifications.waitFor(/breached/);
    assert.deepEqual(buttons, ["Mark Mitigated", "Write Update"]);
    await eventually(async () => assert.equal(await workbench.activityBar.badge("Dropclock"), "1"));
    await workbench.screenshot("journey-6-breached");
  });

  it("is mitigated by the notification's own button", async () => {
    await workbench.notifications.press(/breached/, "Mark Mitigated");
    await describes("Mitigate", new RegExp(`^missed by ${FIVE_OR_MORE}`));
    await describes("Tell customers", /^(5\dm|1h) left/);
    await workbench.statusBar.waitFor(
      CLOCK,
      ({ kind, text }) => kind === "plain" && /update.*5\d:\d\d/.test(text),
    );
    await workbench.screenshot("journey-7-mitigated");
  });

  it("tells customers and is resolved", async () => {
    // No button marks it where another stood a moment ago: a double click must not tell customers.
    assert.deepEqual(await view.buttons("Tell customers"), ["Write Customer Update"]);
    await view.chooseFromMenu("Tell customers", "Mark Customers Told");
    await describes("Tell customers", /^met in/);
    await workbench.statusBar.click(CLOCK);
    assert.equal(await workbench.quickInput.title(), `Dropclock: ${TITLE}`);
    await workbench.screenshot("journey-8-actions");
    await workbench.quickInput.cancel();
    await workbench.runCommand("Dropclock: Mark Resolved…");
    assert.match(await workbench.notifications.dialog(), /Mark “Checkout fails with 5xx” as resolved\?/);
    assert.match(await workbench.notifications.dialog(), /mitigated → resolved/);
    await workbench.notifications.pressInDialog("Mark Resolved");
    await eventually(async () => assert.equal(await workbench.activityBar.badge("Dropclock"), ""));
    await workbench.screenshot("journey-8-resolved");
  });

  it("writes the post-mortem and opens it", async () => {
    await workbench.runCommand("Dropclock: Open or Create Post-mortem");
    const [name] = await eventually(async () => {
      const files = existsSync(join(dir, "docs/postmortems"))
        ? readdirSync(join(dir, "docs/postmortems"))
        : [];
      assert.equal(files.length, 1);
      return files;
    });
    await workbench.editors.waitForTab(name!);
    const text = readFileSync(join(dir, "docs/postmortems", name!), "utf8");
    assert.match(text, /^# Checkout fails with 5xx$/m);
    assert.match(text, new RegExp(`\\| Mitigate \\| 2h \\|.*missed by ${FIVE_OR_MORE}`));
    assert.match(text, /feat: a shop/);
    await describes("Post-mortem file", new RegExp(`^docs/postmortems/${name}$`));
    await workbench.screenshot("journey-9-postmortem");
  });

  it("is closed when that is published, and stays among the recent ones", async () => {
    await workbench.runCommand("Dropclock: Mark Post-mortem Published");
    await view.row(/^Undo “Post-mortem published \d\d:\d\d”$/);
    await view.expand("Records and policy");
    await describes("Recent incidents", /1 closed/);
    await workbench.notifications.waitFor(
      /Published, because you say so: docs\/postmortems\/.* \(and \d+ more\)/,
    );
    await workbench.screenshot("journey-10-closed");
  });

  it("has left the code as it was, but for what it was asked to write", async () => {
    const status = await sampleGit(dir, ["status", "--porcelain", "--untracked-files=all"]);
    assert.match(status.trim(), /^\?\? docs\/postmortems\/\S+\.md$/);
    assert.equal((await sampleGit(dir, ["log", "--format=%s", "main"])).trim(), "feat: a shop");
  });

  /** Waits until a row's description reads so: it changes a moment after what was pressed. */
  async function describes(label: string, wanted: RegExp): Promise<void> {
    await eventually(async () => assert.match((await view.row(label)).description, wanted));
  }

  /** Moves a milestone to so many minutes ago, by the palette. */
  async function backDate(milestone: string, minutes: number): Promise<void> {
    await workbench.runCommand("Dropclock: Back-date Milestone…");
    await workbench.quickInput.pick(milestone);
    await workbench.quickInput.pick("Other Time…");
    await workbench.quickInput.fill(new Date(Date.now() - minutes * 60_000).toISOString());
  }
});
