import assert from "node:assert/strict";
import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UndoOutlook } from "../../../src/git/undoOutlook.ts";
import { UndoTrees, writeUndoTree } from "../../../src/git/undoTree.ts";
import { randomHistory } from "../../support/git/randomHistory.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { judge } from "../../support/git/undoJudges.ts";
import { personsState } from "../../support/git/untouched.ts";

/** More of them: DROPCLOCK_HISTORIES=500. */
const HISTORIES = Number(process.env.DROPCLOCK_HISTORIES ?? 12);
const FORESEEN = 2 * HISTORIES;
const SEED = Number(process.env.DROPCLOCK_SEED ?? 1);

describe("the tree of an undo", function () {
  this.timeout(HISTORIES * 30_000);

  it(`is what git's own commands make of it, on ${HISTORIES} random histories, and touches nothing`, async () => {
    const seen = { clean: 0, conflicts: 0, nothing: 0, rest: 0, reverted: 0, merges: 0 };
    for (let i = 0; i < HISTORIES; i++) {
      const { repository, merges } = randomHistory(SEED + i);
      const [from, to, on] = ["drop-2", "drop-1", "main"].map((name) =>
        repository.git("rev-parse", `${name}^{commit}`),
      );
      const ends = { from: from!, to: to!, on: on! };
      const clone = repository.clone("judge", "--no-checkout");
      clone.git("config", "core.protectNTFS", "false");
      const judges = judge(clone, ends);
      repository.write("not mine.txt", "a stash\n");
      repository.git("add", "not mine.txt");
      repository.git("stash", "-q");
      repository.write("dirty.txt", "mine\n");
      const before = personsState(repository);

      const undo = await new UndoTrees(await repository.open()).compute({ ...ends, keep: [] });

      const where = `seed ${SEED + i}`;
      assert.deepEqual(personsState(repository), before, where);
      assert.equal(undo.state === "conflicts", judges.picked === null, `${where}: ready exactly when it is`);
      if (undo.state !== "conflicts") {
        assert.equal(undo.merged, judges.picked, where);
        if (judges.rest) assert.equal(undo.merged, judges.rest, `${where}: the rest on the drop before`);
        if (judges.reverted) assert.equal(undo.merged, judges.reverted, `${where}: reverts`);
      } else assert.ok(undo.conflicts.length > 0, where);
      if (undo.state === "nothing") assert.equal(undo.merged, undo.before, where);
      seen[undo.state]++;
      seen.merges += merges;
      if (judges.rest) seen.rest++;
      if (judges.reverted) seen.reverted++;
    }
    const told = JSON.stringify(seen);
    for (const kind of ["clean", "conflicts", "rest", "reverted", "merges"] as const)
      assert.ok(seen[kind] > 0, told);
    if (process.env.DROPCLOCK_HISTORIES) console.log(told);
  });

  it(`is foreseen as what git's merge makes of it, on ${FORESEEN} random histories`, async () => {
    const seen = { foreseen: 0, merged: 0, nothing: 0, kept: 0 };
    for (let seed = SEED; seed < SEED + FORESEEN; seed++) {
      const { repository } = randomHistory(seed);
      const [from, to, on] = ["drop-2", "drop-1", "main"].map((name) =>
        repository.git("rev-parse", `${name}^{commit}`),
      ) as [string, string, string];
      const opened = await repository.open();
      for (const keep of [[], ["docs/**", "CHANGELOG.md", "*.txt"]]) {
        const trees = new UndoTrees(opened);
        const merged = await trees.compute({ from, to, on, keep });
        const foreseen = await trees.foresee({ from, to, on, keep });
        const parts = ({ state, conflicts, changes }: UndoOutlook) => ({ state, conflicts, changes });
        assert.deepEqual(parts(foreseen), parts(merged), `seed ${seed}, keep ${keep}`);
        if ("merged" in foreseen) seen.merged++;
        else seen.foreseen++;
        if (foreseen.state === "nothing") seen.nothing++;
        seen.kept += foreseen.kept.length;
      }
    }
    for (const count of Object.values(seen)) assert.ok(count > 0, JSON.stringify(seen));
    if (process.env.DROPCLOCK_HISTORIES) console.log(JSON.stringify(seen));
  });

  it("keeps a file that has become a link or a folder since, without a collision", async () => {
    for (const later of ["link", "folder"] as const) {
      const repository = TemporaryRepository.make();
      repository.commit({ "CHANGELOG.md": "1\n", "app.txt": "a\n" });
      const to = repository.git("rev-parse", "HEAD");
      repository.commit({ "CHANGELOG.md": "2\n", "app.txt": "b\n" });
      const from = repository.git("rev-parse", "HEAD");
      rmSync(join(repository.dir, "CHANGELOG.md"));
      if (later === "link") symlinkSync("app.txt", join(repository.dir, "CHANGELOG.md"));
      else repository.write("CHANGELOG.md/new.txt", "3\n");
      repository.git("add", "-A");
      repository.git("commit", "-q", "-m", later);
      const on = repository.git("rev-parse", "HEAD");
      const opened = await repository.open();
      const trees = new UndoTrees(opened);
      assert.equal((await trees.compute({ from, to, on, keep: [] })).state, "conflicts", later);
      const undo = await trees.compute({ from, to, on, keep: ["CHANGELOG.md"] });
      assert.deepEqual([undo.state, undo.conflicts], ["clean", []], later);
      assert.deepEqual(
        undo.changes.map(({ path }) => path),
        ["app.txt"],
      );
      const tree = await writeUndoTree(opened, undo);
      assert.equal(repository.git("diff", "--name-only", on, tree), "app.txt", later);
    }
  });

  it("names what collides in a submodule, where git mixes advice into its answer", async () => {
    const repository = TemporaryRepository.make();
    const link = (digit: string) =>
      repository.git("update-index", "--add", "--cacheinfo", `160000,${digit.repeat(40)},lib`);
    const commit = (digit: string) => {
      link(digit);
      repository.git("commit", "-q", "-m", digit);
      return repository.git("rev-parse", "HEAD");
    };
    const [to, from, on] = ["1", "2", "3"].map(commit);
    const trees = new UndoTrees(await repository.open());
    const undo = await trees.compute({ from: from!, to: to!, on: on!, keep: [] });
    assert.deepEqual([undo.state, undo.conflicts.map(({ path }) => path)], ["conflicts", ["lib"]]);
    assert.equal((await trees.compute({ from: from!, to: to!, on: from!, keep: [] })).state, "clean");
  });

  it("goes by no .gitattributes that happen to be checked out, and starts no merge driver of theirs", async () => {
    const repository = TemporaryRepository.make();
    const text = (...lines: string[]) => `${lines.join("\n")}\n`;
    const to = repository.commit({ "app.txt": text("1", "2", "3", "4", "5", "6", "7") });
    const from = repository.commit({ "app.txt": text("one", "2", "3", "4", "5", "6", "7") });
    const on = repository.commit({ "app.txt": text("one", "2", "3", "4", "5", "6", "seven") });
    const colliding = repository.commit({ "app.txt": text("uno", "2", "3", "4", "5", "6", "seven") });
    const marker = join(repository.dir, "..", "ran");
    repository.git("config", "merge.evil.driver", `touch ${marker}; true`);
    for (const attribute of ["merge=evil", "merge=union", "-merge"]) {
      repository.write(".gitattributes", `* ${attribute}\n`);
      for (const dir of [repository.dir, repository.worktree(attribute)]) {
        writeFileSync(join(dir, ".gitattributes"), `* ${attribute}\n`);
        const trees = new UndoTrees(await repository.open(dir));
        const clean = await trees.compute({ from, to, on, keep: [] });
        assert.equal(clean.state, "clean", attribute);
        assert.equal(
          repository.git("show", `${clean.merged}:app.txt`),
          text("1", "2", "3", "4", "5", "6", "seven").trimEnd(),
        );
        const undo = await trees.compute({ from, to, on: colliding, keep: [] });
        assert.equal(undo.state, "conflicts", attribute);
      }
    }
    assert.equal(existsSync(marker), false);
  });
});
