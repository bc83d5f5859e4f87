import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { webviewText } from "../support/editor/driver/webview.ts";
import { type StartedWorkbench, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { inTurn, status, WebhookReceiver } from "../support/monitoring/webhookReceiver.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { sampleGit } from "../support/sample/sampleGit.ts";
import { makeEmptyRepository } from "../support/sample/smallRepository.ts";

const TITLE = "Payments fail";

describe("customers and colleagues are told, and it is learned from", () => {
  let dir: string;
  let id: string;
  let receiver: WebhookReceiver;
  let started: StartedWorkbench;
  let workbench: Workbench;

  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCommandLine(dir, args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };

  before(async () => {
    receiver = await WebhookReceiver.start(inTurn(status(500), status(200)));
    dir = join(freshFolder("learning").path, "shop");
    await makeEmptyRepository(dir);
    await cli("init");
    writeFileSync(
      join(dir, ".dropclock/policy.yaml"),
      `version: 1\nservice: Checkout\nupdates:\n  channels:\n    - { name: page, webhook: { url: "${receiver.url}/page" } }\n    - { name: anywhere else, clipboard: true }\n`,
    );
    await sampleGit(dir, ["add", "-A"]);
    await sampleGit(dir, ["commit", "--quiet", "-m", "feat: a shop"]);
    await sampleGit(dir, ["tag", "drop-1"]);
    id = await cli("incident", "open", "--title", TITLE, "--started", "40m ago", "--detected", "30m ago");
    await cli("incident", "mark", id, "mitigated", "--at-time", "20m ago");
    started = await startRelease({ path: dir, width: 460 });
    ({ workbench } = started);
    await workbench.view("Release").row(new RegExp(` · ${TITLE}$`));
  });

  after(async () => {
    await started?.stop();
    await receiver.stop();
  });

  it("writes the next update from what the public may know", async () => {
    await workbench.runCommand("Dropclock: Write Customer Update");
    await workbench.editors.waitForTab(`${id}-1.md`);
    const path = join(dir, `docs/updates/${id}-1.md`);
    const draft = readFileSync(path, "utf8");
    assert.match(draft, /^status: monitoring$/m);
    assert.match(draft, /^# Checkout: Payments fail$/m);
    await workbench.screenshot("learning-1-update");
    writeFileSync(path, draft.replace(/<!--[\s\S]*?-->/g, "Cards work again; carts were kept."));
  });

  it("sends it once, after a look at the exact text", async () => {
    await workbench.runCommand("Dropclock: Send Customer Update…");
    await workbench.quickInput.pick("page");
    const dialog = await workbench.notifications.dialog();
    assert.match(dialog, /Send this update to “page”\?/);
    assert.match(dialog, /Cards work again/);
    assert.ok(dialog.includes(`${receiver.url}/page`));
    assert.equal(receiver.requests.length, 0);
    await workbench.screenshot("learning-2-confirm");
    await workbench.notifications.pressInDialog("Send");
    await workbench.notifications.waitFor(/Sent, and on record/);
    assert.deepEqual([receiver.requests.length, receiver.messages.length], [2, 1]);
    assert.equal(JSON.parse(receiver.messages[0]!).status, "monitoring");
    const view = workbench.view("Release");
    await eventually(async () =>
      assert.match((await view.row("Next update")).description, /^(59m|1h) left · due/),
    );
    await workbench.screenshot("learning-3-next-update");
    await workbench.runCommand("Dropclock: Send Customer Update…");
    await workbench.quickInput.pick("page");
    await workbench.notifications.waitFor(/already; for something new/);
    assert.equal(receiver.requests.length, 2);
    await workbench.notifications.dismissAll();
  });

  it("says in the post-mortem what it lacks, and mends it", async () => {
    await workbench.runCommand("Dropclock: Open or Create Post-mortem");
    await workbench.editors.waitForTab(`${id}.md`);
    const path = join(dir, `docs/postmortems/${id}.md`);
    const text = readFileSync(path, "utf8");
    const actions = "- [ ] Alert on refused cards\n- [ ] Rehearse the undo — owner: @ana — due: 2020-01-01\n";
    writeFileSync(path, text.replace("## Action items\n", `## Action items\n\n${actions}`));
    const problems = await workbench.problems.list((all) =>
      all.some(({ message }) => /has no owner/.test(message)),
    );
    const messages = problems.map(({ message }) => message).join("\n");
    assert.match(messages, /Post-mortem: 2d 23h left/);
    assert.match(messages, /“Summary” has an open question/);
    assert.match(messages, /was due on 2020-01-01/);
    await workbench.screenshot("learning-4-postmortem");
    const line =
      readFileSync(path, "utf8")
        .split("\n")
        .findIndex((each) => each.includes("Alert on refused")) + 1;
    await workbench.editors.goTo(line, 8);
    const fixes = await workbench.editors.quickFixes();
    assert.ok(
      fixes.some((fix) => /Add an owner/.test(fix)),
      fixes.join(),
    );
    await workbench.screenshot("learning-5-fixes");
    const fix = fixes.find((each) => /Due in two weeks/.test(each))!;
    await workbench.editors.applyFix(fix);
    await workbench.editors.save();
    await eventually(() =>
      assert.match(readFileSync(path, "utf8"), /Alert on refused cards — due: \d{4}-\d{2}-\d{2}$/m),
    );
  });

  it("says which generated parts disagree with the record, and refreshes them with one press", async () => {
    const path = join(dir, `docs/postmortems/${id}.md`);
    await cli("incident", "severity", id, "major", "--why", "few carts");
    const problems = await workbench.problems.list((all) =>
      all.some(({ message }) => /“summary” disagrees with the record/.test(message)),
    );
    assert.ok(problems.some(({ message }) => /“summary” disagrees with the record; refresh/.test(message)));
    assert.ok(problems.some(({ message }) => /“severity \(front matter\)” disagrees/.test(message)));
    // The first of the parts that disagree is the severity at the top of the file.
    await workbench.editors.goTo(1, 1);
    const lens = workbench.page
      .locator(".codelens-decoration a", { hasText: "Disagrees with the record" })
      .first();
    await lens.waitFor();
    await workbench.screenshot("learning-6-stale");
    await workbench.editors.pressCodeLens("Disagrees with the record");
    await eventually(() => assert.match(readFileSync(path, "utf8"), /\*\*Severity:\*\* major/));
    assert.match(readFileSync(path, "utf8"), /^severity: major$/m);
    await workbench.problems.list((all) => all.every(({ message }) => !/disagree/.test(message)));
    await workbench.screenshot("learning-7-refreshed");
  });

  it("opens the runbook as it reads, beginning with the undo", async () => {
    await workbench.runCommand("Dropclock: Open or Create Rollback Runbook");
    await workbench.editors.waitForTab("Preview drop-1.md");
    const text = await eventually(() => webviewText(workbench.page, /Runbook: drop-1/));
    assert.match(text, /understand later\.\s+Undo\s/);
    assert.ok(text.includes(`dropclock incident mark ${id} mitigated`), text);
    await workbench.screenshot("learning-10-runbook");
  });

  it("ticks an action in its file, from the view over all of them", async () => {
    const view = workbench.view("Actions");
    await workbench.runCommand("Dropclock: Focus on Actions View");
    const row = await view.row("Rehearse the undo");
    assert.match(row.description, /^was due 2020-01-01/);
    await workbench.screenshot("learning-8-actions");
    const path = join(dir, `docs/postmortems/${id}.md`);
    const before = readFileSync(path, "utf8");
    await workbench.page
      .locator(".monaco-list-row", { hasText: "Rehearse the undo" })
      .locator(".custom-view-tree-node-item-checkbox")
      .click();
    await eventually(() =>
      assert.equal(
        readFileSync(path, "utf8"),
        before.replace("- [ ] Rehearse the undo", "- [x] Rehearse the undo"),
      ),
    );
    await view.row("Done");
    await workbench.screenshot("learning-9-ticked");
  });
});
