import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { MeasuredShop } from "../support/story/measuredShop.ts";

const LONG = 60_000;
const SET = "Set Signal Secret…";
const CLEAR = "Clear Signal Secret…";
const ROW = "checkout errors";

/** What the Prometheus takes, what it does not, and both as they go over the wire. */
const RIGHT = "test:test";
const WRONG = "ana:hunter2-hunter2";
const GIVEN = [
  RIGHT,
  WRONG,
  "hunter2",
  ...[RIGHT, WRONG].map((each) => Buffer.from(each).toString("base64")),
];

describe("the secret of a signal", function () {
  this.timeout(300_000);
  let shop: MeasuredShop;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;
  /** All that was on view after a secret was given. */
  const seen: string[] = [];

  before(async () => {
    shop = await MeasuredShop.open({ does: "open", secret: "team-prom" });
    started = await startRelease({ path: shop.repository.dir, width: 560 });
    ({ workbench, view } = started);
  });
  after(async () => {
    await started?.stop();
    await shop?.close();
  });

  const reads = (description: RegExp) =>
    eventually(async () => assert.match((await view.row(ROW)).description, description), LONG);
  const look = async () => {
    seen.push(await workbench.page.locator("body").innerText(), await view.tooltip(ROW));
  };
  /** The box that is open must be the one for this secret, and must not show what is typed. */
  const give = async (secret: string) => {
    const title = await eventually(async () => {
      const shown = await workbench.quickInput.title();
      assert.match(shown, /^Secret “team-prom” for http:\/\/127\.0\.0\.1:\d+$/);
      return shown;
    });
    assert.equal(
      await workbench.page.locator(".quick-input-box input").locator("visible=true").getAttribute("type"),
      "password",
    );
    await workbench.quickInput.fill(secret, { title });
  };

  it("is asked for where it is missing: the row says so, and leads to the input", async () => {
    await reads(/^secret “team-prom” is not set · cannot be read since \d\d:\d\d$/);
    // The row above tells it as well, without anything else having happened.
    await eventually(async () =>
      assert.match((await view.row("Watch window")).description, / · 1 not calm$/),
    );
    assert.match(await view.tooltip(ROW), /There is no secret “team-prom” for 127\.0\.0\.1:\d+; set it with/);
    await workbench.screenshot("secret-1-missing");
    await view.click(ROW);
    await eventually(async () => assert.match(await workbench.quickInput.title(), /^Secret “team-prom” for/));
    await workbench.screenshot("secret-2-input");
    await give(WRONG);
  });

  it("is asked for anew where the server does not take it", async () => {
    await reads(/^secret “team-prom” is not accepted · cannot be read since /);
    await look();
    await workbench.screenshot("secret-3-refused");
    assert.deepEqual(await view.buttons(ROW), [SET]);
    await view.press(ROW, SET);
    await give(RIGHT);
  });

  it("is read with at once when it is right", async () => {
    // Until the line reads the same: a hover does not survive that its row is drawn again.
    await reads(/^0 > 0\.05 · calm since \d\d:\d\d ▁{8}$/);
    assert.doesNotMatch((await view.row("Watch window")).description, /not calm/);
    await look();
    assert.deepEqual(await view.buttons(ROW), []);
    await workbench.screenshot("secret-4-reads");
  });

  it("is gone when it is cleared, and the row says so again", async () => {
    assert.deepEqual(await view.menu(ROW), [SET, CLEAR]);
    await workbench.runCommand(`Dropclock: ${CLEAR}`);
    await eventually(async () => assert.equal(await workbench.quickInput.title(), "Clear Signal Secret"));
    const [choice] = await workbench.quickInput.options();
    assert.match(`${choice!.label} ${choice!.description}`, /^team-prom http:\/\/127\.0\.0\.1:\d+ · set$/);
    await workbench.screenshot("secret-5-clear");
    await workbench.quickInput.pick("team-prom");
    await reads(/^secret “team-prom” is not set · cannot be read since /);
    await look();
    await workbench.screenshot("secret-6-cleared");
  });

  it("appears on no surface: not in the window, in what VS Code keeps on disk, or in the repository", async () => {
    await workbench.runCommand("Dropclock: Show Log");
    await workbench.page.locator(".part.panel .monaco-editor").first().waitFor();
    seen.push(await workbench.page.locator("body").innerText());
    const objects = spawnSync("git", ["cat-file", "--batch-all-objects", "--batch"], {
      cwd: shop.repository.dir,
      encoding: "latin1",
      maxBuffer: 1 << 28,
    });
    assert.equal(objects.status, 0);
    assert.match(objects.stdout, /checkout errors/);
    const { dataDir } = workbench.host;
    const files = [...filesIn(join(dataDir, "data")), ...filesIn(shop.repository.dir)];
    assert.ok(files.some((file) => /settings\.json$/.test(file)));
    const texts = [...seen, objects.stdout, ...files.map(textOf)];
    for (const secret of GIVEN)
      assert.deepEqual(
        texts.flatMap((text) => (text.includes(secret) ? [text.slice(0, 200)] : [])),
        [],
        secret,
      );
  });
});

/** VS Code may have taken a file away since it was listed. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}
