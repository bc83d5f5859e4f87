import assert from "node:assert/strict";
import { UndoReadiness } from "../../../../src/app/project/readiness.ts";
import { readinessWords } from "../../../../src/app/project/readinessWords.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import { DEFAULT_POLICY, type Policy } from "../../../../src/domain/policy/policy.ts";
import { Repository } from "../../../../src/git/repository.ts";
import { countingGit } from "../../../support/git/gitCalls.ts";
import { releaseOf } from "../../../support/git/releaseOf.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";
import { personsState } from "../../../support/git/untouched.ts";
import { at, event } from "../../../support/record/events.ts";

/** drop-1, drop-2 (a change, a new file, a document), and a commit after it. */
function twoDrops({ later = { "later.txt": "later\n" } as Record<string, string | null> } = {}) {
  const repository = TemporaryRepository.make();
  repository.commit({
    "app.txt": "a\nb\nc\n",
    "docs/log.md": "1\n",
    ".dropclock/policy.yaml": "version: 1\n",
  });
  repository.tag("drop-1");
  repository.commit({ "app.txt": "a\nB\nc\n", "new.txt": "new\n", "docs/log.md": "2\n" });
  repository.tag("drop-2");
  if (Object.keys(later).length > 0) repository.commit(later);
  return repository;
}

interface Wish {
  events?: LedgerEvent[];
  policy?: Partial<Policy>;
  tag?: string;
}

async function look(repository: TemporaryRepository, { tag, ...wish }: Wish = {}) {
  const opened = await repository.open();
  const release = await releaseOf(opened, wish);
  const drop = tag === undefined ? release.drops[0]! : release.drops.find((each) => each.tag === tag)!;
  return new UndoReadiness(opened).of(release, drop);
}

const onDrop = (type: string, data: Record<string, unknown>, tag = "drop-2") =>
  event(type, at("10:00"), { subject: `drop/${tag}`, data });

describe("readiness of an undo", () => {
  it("is ready, with the files that change; what is kept does not count", async () => {
    const repository = twoDrops();
    const answer = await look(repository);
    assert.deepEqual([answer.state, answer.files, answer.why], ["ready", 2, null]);
    assert.deepEqual(
      answer.outlook!.kept.map(({ path }) => path),
      ["docs/log.md"],
    );
    assert.equal(readinessWords(answer, 1), "ready: 1 commit, 2 files");
  });

  it("names the files that later changes build on, and what is kept never conflicts", async () => {
    const repository = twoDrops({
      later: { "app.txt": "a\nBB\nc\n", "docs/log.md": "3\n", "new.txt": null },
    });
    const answer = await look(repository);
    assert.equal(answer.state, "conflicts");
    assert.deepEqual(
      answer.conflicts.map(({ path, kind }) => `${path} ${kind}`),
      ["app.txt contents"],
    );
    assert.equal(readinessWords(answer, null), "conflicts in app.txt");
    const kept = { rollback: { ...DEFAULT_POLICY.rollback, keep: ["docs/**", "app.txt"] } };
    assert.equal((await look(repository, { policy: kept })).state, "nothing");
  });

  it("knows when there is nothing to undo, and tells that from undone", async () => {
    const repository = twoDrops({ later: { "app.txt": "a\nb\nc\n", "new.txt": null } });
    assert.equal((await look(repository)).state, "nothing");
    const made = [
      onDrop("rollback-started", { run: "r", steps: ["revert"], branch: "b" }),
      onDrop("rollback-step", { run: "r", step: "revert", outcome: "done", commit: "4".repeat(40) }),
    ];
    const answer = await look(repository, { events: made });
    assert.deepEqual([answer.state, answer.merged], ["undone", true]);
  });

  it("is undone when that is on record, and says whether the branch holds it", async () => {
    const answer = await look(twoDrops(), { events: [onDrop("rolled-back", { run: "r" })] });
    assert.deepEqual([answer.state, answer.merged], ["undone", false]);
    assert.match(readinessWords(answer, 1), /not merged yet/);
    const reapplied = [onDrop("rolled-back", { run: "r" }), onDrop("reapplied", {})];
    assert.equal((await look(twoDrops(), { events: reapplied })).state, "ready");
  });

  it("holds for an older drop, and for one on a detached HEAD with a dirty tree, which stays as it is", async () => {
    const repository = twoDrops();
    repository.commit({ "third.txt": "3\n" });
    repository.tag("drop-3");
    repository.git("switch", "-q", "--detach");
    repository.write("app.txt", "mine\n");
    repository.git("stash");
    repository.write("new.txt", "mine too\n");
    const before = personsState(repository);
    assert.equal((await look(repository, { tag: "drop-2" })).state, "ready");
    assert.equal((await look(repository, { tag: "drop-3" })).state, "ready");
    assert.deepEqual(personsState(repository), before);
  });

  it("remembers the last rehearsal that passed", async () => {
    const events = [
      event("rehearsed", at("09:50"), { subject: "drop/drop-2", data: { outcome: "passed", durationMs: 1 } }),
      onDrop("drill", { outcome: "failed", durationMs: 1 }),
    ];
    assert.equal((await look(twoDrops(), { events })).rehearsedAt, at("09:50"));
  });

  it("takes three processes for the first look at a drop, one where the files tell, none when nothing changed", async () => {
    const repository = twoDrops();
    const { git, calls } = countingGit(repository);
    const { root, gitDir, commonDir, shallow, objectFormat } = await repository.open();
    const counted = new Repository(git, { root, gitDir, commonDir, shallow, objectFormat });
    const readiness = new UndoReadiness(counted);
    const drop = (await releaseOf(await repository.open())).drops[0]!;
    const ask = async () => readiness.of(await releaseOf(await repository.open()), drop);
    await ask();
    assert.deepEqual(calls().sort(), ["commit-tree", "diff-tree", "merge-tree"]);
    await ask();
    assert.deepEqual(calls(), []);
    repository.commit({ "more.txt": "1\n" });
    assert.equal((await ask()).state, "ready");
    assert.deepEqual(calls(), ["diff-tree"]);
    const release = await releaseOf(await repository.open());
    assert.equal((await readiness.treeOf(release, drop))!.state, "clean");
    assert.deepEqual(calls().sort(), ["diff-tree", "merge-tree"]);
    repository.commit({ "app.txt": "a\nBB\nc\n" });
    assert.equal((await ask()).state, "conflicts");
    assert.deepEqual(calls().sort(), ["diff-tree", "diff-tree", "merge-tree"]);
    repository.commit({ "more.txt": "2\n" });
    assert.equal((await ask()).state, "conflicts");
    assert.deepEqual(calls().sort(), ["diff-tree", "merge-tree"]);
  });

  describe("refuses, and says the way out", () => {
    const why = async (repository: TemporaryRepository, wish: Wish = {}) => {
      const answer = await look(repository, wish);
      assert.deepEqual([answer.state, answer.files], ["unknown", null]);
      return answer.why ?? "";
    };

    it("the first drop", async () => {
      assert.match(await why(twoDrops(), { tag: "drop-1" }), /drop-1 is the first drop.*by flag/);
    });

    it("a clone whose history ends inside the drop", async () => {
      const origin = twoDrops();
      origin.commit({ "a.txt": "1\n" });
      origin.tag("drop-3");
      for (const depth of [1, 2, 3])
        assert.match(
          await why(origin.clone(`depth-${depth}`, `--depth=${depth}`), {
            tag: depth === 3 ? "drop-2" : "drop-3",
          }),
          /ends inside drop-[23] \(it is shallow\).*git fetch --unshallow/,
        );
      assert.equal((await look(origin.clone("depth-4", "--depth=4"), { tag: "drop-3" })).state, "ready");
    });

    it("a moved tag whose commit on record is gone, or is not on the branch any more", async () => {
      const repository = twoDrops();
      const gone = [onDrop("shipped", { commit: "4".repeat(40) })];
      assert.match(await why(repository, { events: gone }), /drop-2 was moved.*git fetch origin 4{40}/);
      const aside = repository.git("commit-tree", "-p", "drop-1", "-m", "aside", "drop-2^{tree}");
      const moved = [onDrop("shipped", { commit: aside })];
      assert.match(await why(repository, { events: moved }), /is not on main any more/);
      const wild = [onDrop("shipped", { commit: "--all" })];
      assert.match(await why(repository, { events: wild }), /is none; see it with: dropclock log/);
    });

    it("a previous drop whose commit is gone", async () => {
      const gone = [
        event("shipped", at("08:00"), { subject: "drop/drop-1", data: { commit: "4".repeat(40) } }),
      ];
      assert.match(
        await why(twoDrops(), { events: gone, tag: "drop-2" }),
        /drop-1 was moved.*git fetch origin/,
      );
    });
  });
});
