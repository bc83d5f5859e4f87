import assert from "node:assert/strict";
import { Project } from "../../../src/app/project/project.ts";
import { carryOut } from "../../../src/app/undo/carryOut.ts";
import { planUndo } from "../../../src/app/undo/planUndo.ts";
import type { UndoHost } from "../../../src/app/undo/undoHost.ts";
import { outcomeWords, planGroups, planTitle } from "../../../src/editor/commands/planItems.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

const POLICY = `version: 1
rollback:
  steps:
    - revert: { push: false }
    - run: "./deploy.sh {{ previous.tag }}"
    - run: "./tell.sh"
`;

function shop(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  repository.commit({ "app.txt": "a\n", ".dropclock/policy.yaml": POLICY });
  repository.tag("drop-1");
  repository.commit({ "app.txt": "b\n", "docs/log.md": "1\n" }, { message: "feat: $(flame) [b](command:x)" });
  repository.tag("drop-2");
  return repository;
}

const open = (repository: TemporaryRepository) => Project.open(repository.dir, { now: Date.now });

/** Answers with the same exit status for every command. */
const host = (status: number): UndoHost => ({
  run: async () => status,
  verify: async () => "calm",
  token: async () => null,
  report: () => {},
  cancelled: () => false,
});

describe("the plan of an undo on view", () => {
  it("begins with what does it, then tells the steps, the commits and what stays", async () => {
    const plan = await planUndo(await open(shop()), { tag: null, mode: "undo" });
    assert.equal(planTitle(plan), "Undo drop-2: 1 commit, 1 file");
    const groups = planGroups(plan, Date.now());
    assert.deepEqual(
      groups.map(({ title }) => title),
      ["", "what will happen", "the commits that go", "what stays as it is, by rollback.keep"],
    );
    const [choices, steps, commits, kept] = groups.map(({ items }) => items);
    assert.deepEqual(
      choices!.map(({ choice }) => choice),
      ["go", "read", "rehearse"],
    );
    assert.deepEqual(choices![0], {
      label: "$(discard) Undo drop-2 Now",
      description: "3 steps",
      choice: "go",
    });
    assert.equal(steps![1]!.label, "$(circle-large-outline) 2. Run ./deploy.sh drop-1");
    assert.equal(commits![0]!.label, "$(git-commit) feat: \\$(flame) [b](command:x)");
    assert.deepEqual(kept, [{ label: "$(pin) docs/log.md" }]);
  });

  it("says what is done, what failed and what is not done, and goes on from there", async () => {
    const project = await open(shop());
    const plan = await planUndo(project, { tag: null, mode: "undo" });
    const failed = await carryOut(project, plan, host(1));
    assert.match(
      outcomeWords(failed),
      /^Undo of drop-2 stopped at step 2 of 3, Run \.\/deploy\.sh drop-1: exit status 1\. Done: Revert drop-2 on dropclock\/undo-drop-2\. Not done: Run \.\/tell\.sh\.$/,
    );
    const again = await planUndo(project, { tag: null, mode: "undo" });
    const [[first], , steps] = planGroups(again, Date.now()).map(({ items }) => items) as [
      { label: string }[],
      unknown,
      { label: string; description?: string }[],
    ];
    assert.equal(first!.label, "$(debug-continue) Continue: 2 Steps Left");
    assert.deepEqual(
      steps.map(({ label, description }) => [label.slice(0, 8), description]),
      [
        ["$(pass) ", "done"],
        ["$(error)", "failed"],
        ["$(circle", undefined],
      ],
    );
    assert.match(
      outcomeWords(await carryOut(project, again, host(0))),
      /^Undo of drop-2: all 3 steps done\./,
    );
  });

  it("has nothing to press where it cannot be done, and the ways out instead", async () => {
    const repository = shop();
    repository.commit({ "app.txt": "c\n" });
    const plan = await planUndo(await open(repository), { tag: null, mode: "undo" });
    const [choices] = planGroups(plan, Date.now());
    assert.deepEqual(
      choices!.items.map(({ choice }) => choice),
      [undefined, "conflicts", "runbook"],
    );
    assert.ok(!choices!.items[0]!.detail!.includes("dropclock runbook"), "in the editor it is a line below");
  });
});
