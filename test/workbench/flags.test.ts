import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeView } from "../support/editor/driver/treeView.ts";
import { type StartedRelease, startRelease } from "../support/editor/startWorkbench.ts";
import type { Workbench } from "../support/editor/workbench.ts";
import { eventually } from "../support/eventually.ts";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";

const DAY = 86_400_000;
const FILE = "flags.flagd.json";
const VARIANTS = { on: true, off: false };

const policyWith = (metrics: string) => `version: 1
signals:
  - name: conversion
    prometheus: { url: "http://127.0.0.1:9", query: "rate(checkout_conversion[5m])" }
    breach: "< 0.3"
flags:
  file: ${FILE}
  metrics: ${metrics}
`;
const METRICS =
  "{ free-shipping: checkout_conversion, new-checkout: checkout_conversion, quick-pay: quick_pay_share }";

/** A flagd definition: which flags, and which variant everybody gets. */
const definition = (flags: Record<string, "on" | "off">) => {
  const all = Object.entries(flags).map(([key, defaultVariant]) => [
    key,
    { state: "ENABLED", variants: VARIANTS, defaultVariant },
  ]);
  return `${JSON.stringify({ flags: Object.fromEntries(all) }, null, 2)}\n`;
};

describe("flags in the editor", function () {
  this.timeout(200_000);
  let repository: TemporaryRepository;
  let started: StartedRelease;
  let workbench: Workbench;
  let view: TreeView;

  before(async () => {
    repository = TemporaryRepository.make({ name: "shop" });
    repository.commit({ ".dropclock/policy.yaml": policyWith(METRICS) }, { at: Date.now() - 50 * DAY });
    const before = {
      "free-shipping": "on",
      "new-checkout": "off",
      "old-search": "off",
      "quick-pay": "off",
    } as const;
    const { "old-search": _, ...rest } = before;
    for (let n = 1; n <= 6; n++) {
      const at = Date.now() - (7 - n) * 7 * DAY;
      const flags = n < 6 ? before : ({ ...rest, "new-checkout": "on", wishlist: "off" } as const);
      repository.commit(
        { [FILE]: definition(flags), "shop.txt": `${n}\n` },
        { at, message: `feat: week ${n}` },
      );
      repository.tag(`drop-${n}`, { annotated: true, at });
    }
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    started = await startRelease({ path: repository.dir });
    ({ workbench, view } = started);
  });
  after(() => started?.stop());

  it("lists under the drop which flags it adds, changes and removes, and what they move", async () => {
    // Rows that come late would push the others down while one is pressed.
    await eventually(async () => assert.match((await view.row("Undo")).description, /^ready/));
    await view.expand("drop-6");
    await view.expand("Flags");
    await view.row("wishlist");
    assert.equal((await view.row("wishlist")).icon, "warning");
    assert.equal((await view.row("new-checkout")).icon, "symbol-boolean");
    assert.match(await view.tooltip("wishlist"), /Press to name it in the policy, under flags\.metrics/);
    const outline = await view.outline();
    const from = outline.findIndex((line) => line.trim() === "Flags");
    assert.deepEqual(
      outline.slice(from + 1, from + 4).map((line) => line.trim()),
      [
        "new-checkout · defaultVariant off → on · checkout_conversion",
        "old-search · removed",
        "wishlist · added · no business metric",
      ],
    );
    await workbench.screenshot("flags-1-drop");
  });

  it("says above each flag what it moves, which signal reads that, and who gets it", async () => {
    await workbench.editors.open(FILE);
    await eventually(async () =>
      assert.deepEqual(await workbench.editors.codeLenses(), [
        "checkout_conversion · read by “conversion” · fully on, stale",
        "checkout_conversion · read by “conversion” · fully on",
        "quick_pay_share · no signal · off for everybody",
        "no business metric · off for everybody",
      ]),
    );
  });

  it("marks the flags that nobody would see going wrong, and those that have done their work", async () => {
    const problems = await workbench.problems.list((all) => all.length === 3);
    await workbench.screenshot("flags-2-marks");
    const told = problems
      .map(({ severity, message }) => `${severity}: ${message}`)
      .sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(told, [
      "info: No signal reads quick_pay_share, the metric of “quick-pay”; add one to the policy, or nobody sees what it does.",
      "info: The flag “free-shipping” has been fully on for 6 drops; remove it from the code, and then from here.",
      "warning: The flag “wishlist” has no business metric; name the one that it moves under flags.metrics in the policy.",
    ]);
    assert.ok(problems.every(({ source }) => source === "dropclock"));
  });

  it("leads from a flag to the policy, and takes the mark away once the metric is named there", async () => {
    await workbench.editors.goTo(27);
    await workbench.editors.pressCodeLens("no business metric");
    await workbench.editors.waitForTab("policy.yaml");
    await workbench.editors.replace(policyWith(METRICS.replace("}", ", wishlist: checkout_conversion }")));
    await workbench.editors.save();
    // It is in force once it is on the branch.
    repository.commit({}, { message: "feat: measure the wishlist" });
    const left = await workbench.problems.list((all) => all.length === 2);
    assert.ok(left.every(({ severity }) => severity === "info"));
    await workbench.editors.open(FILE);
    await eventually(async () =>
      assert.equal(
        (await workbench.editors.codeLenses()).at(-1),
        "checkout_conversion · read by “conversion” · off for everybody",
      ),
    );
    await workbench.screenshot("flags-3-mended");
  });

  it("marks and lenses follow what is typed, before it is saved", async () => {
    const text = readFileSync(join(repository.dir, FILE), "utf8");
    await workbench.editors.replace(text.replace('"defaultVariant": "on"', '"defaultVariant": "off"'));
    await workbench.problems.list((all) => all.length === 1);
    // The page has the texts of those lenses alone that are on view.
    await workbench.editors.goTo(1);
    await eventually(async () =>
      assert.equal(
        (await workbench.editors.codeLenses())[0],
        "checkout_conversion · read by “conversion” · off for everybody",
      ),
    );
    await workbench.editors.focus();
    await workbench.editors.replace(text.replace('"defaultVariant": "on"', '"defaultVariant": "blue"'));
    const [broken] = await workbench.problems.list((all) => all.some(({ severity }) => severity === "error"));
    await workbench.screenshot("flags-4-broken");
    assert.match(broken!.message, /free-shipping|blue/);
  });
});
