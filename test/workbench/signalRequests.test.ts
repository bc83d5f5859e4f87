import assert from "node:assert/strict";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { type LocalServer, startServer } from "../support/monitoring/startExporter.ts";

const HOUR = 3_600_000;
/** How often the policy wants the signal to be read. */
const EVERY_MS = 1000;
const CALM = { status: "success", data: { resultType: "scalar", result: [0, "0"] } };

describe("who asks a monitoring server, and when", function () {
  this.timeout(200_000);
  let server: LocalServer;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    server = await startServer((_, response) => void response.end(JSON.stringify(CALM)));
    const repository = TemporaryRepository.make({ name: "shop" });
    const policy = [
      "version: 1",
      "signals:",
      `  - { name: errors, prometheus: { url: "${server.url}", query: errors }, breach: "> 0.02", every: 1s, then: open }`,
      "",
    ];
    repository.commit({ ".dropclock/policy.yaml": policy.join("\n") }, { at: Date.now() - 100 * HOUR });
    repository.tag("drop-1", { annotated: true, at: Date.now() - 100 * HOUR });
    repository.commit({ "price.txt": "2\n" }, { at: Date.now() - 2 * HOUR, message: "feat: new prices" });
    // The watch window is half an hour.
    repository.tag("drop-2", { annotated: true, at: Date.now() - 2 * HOUR });
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    started = await startRelease({ path: repository.dir });
    ({ workbench, view } = started);
  });
  after(async () => {
    await started?.stop();
    await server?.stop();
  });

  /** Three readings would have been due. */
  const intervals = async () => {
    const from = Date.now();
    await eventually(() => assert.ok(Date.now() - from > 3 * EVERY_MS, "the time is not over"));
  };
  const labels = async () => (await view.rows()).map(({ label }) => label);

  it("is nobody while the window is over and no incident is open", async () => {
    await view.row("No open incident");
    await workbench.runCommand("Dropclock: Refresh");
    await intervals();
    assert.ok(!(await labels()).includes("Signals"));
    assert.equal(server.requests, 0);
    await workbench.screenshot("requests-1-none");
  });

  it("is this window once an incident is declared", async () => {
    await workbench.runCommand("Dropclock: Declare Incident…");
    await workbench.quickInput.fill("Checkout is slow", { title: /Declare Incident on drop-2/ });
    await workbench.quickInput.pick("major");
    await eventually(async () =>
      assert.match((await view.row("errors")).description, /^0 > 0\.02 · calm since/),
    );
    assert.equal((await view.row("Signals")).description, "watched during the incident");
    const { requests } = server;
    await eventually(() => assert.ok(server.requests >= requests + 3, `${server.requests} requests`));
    await workbench.screenshot("requests-2-incident");
  });

  it("is nobody again once the incident is over", async () => {
    await workbench.runCommand("Dropclock: Mark Mitigated");
    await view.row(/^Undo “Mitigated/);
    await view.expand("Timeline and documents");
    await eventually(async () => assert.match((await view.row("Mitigate")).description, /^met in/));
    const { requests } = server;
    await eventually(() => assert.ok(server.requests > requests, "it is not over before it is resolved"));
    await workbench.runCommand("Dropclock: Mark Resolved…");
    await workbench.notifications.pressInDialog("Mark Resolved");
    await eventually(async () => assert.ok(!(await labels()).includes("errors")));
    const last = server.requests;
    await workbench.runCommand("Dropclock: Refresh");
    await intervals();
    assert.equal(server.requests, last);
    await workbench.screenshot("requests-3-over");
  });
});
