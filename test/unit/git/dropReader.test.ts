import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { ancestryGraph } from "../../../src/domain/drop/dropHistory.ts";
import { DropReader, oneByOne } from "../../../src/git/dropReader.ts";
import { listCommits } from "../../../src/git/history.ts";
import { RangeCommits } from "../../../src/git/rangeCommits.ts";
import { openRepository } from "../../../src/git/repository.ts";
import { countingGit } from "../../support/git/gitCalls.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

const lines = (count: number, end = "\n") =>
  Array.from({ length: count }, (_, i) => `line ${i}${end}`).join("");

describe("the content of many drops", () => {
  let repository: TemporaryRepository;
  let commits: string[];

  before(() => {
    repository = TemporaryRepository.make();
    commits = [
      repository.commit({ "a.txt": lines(30), "flags file.json": "{}", "flags.json": '{"flags":{}}' }),
      repository.commit({ "a.txt": lines(31), "b\n.txt": "x\0y", empty: "" }),
      repository.commit({}, { message: "nothing" }),
      repository.commit({ "a.txt": null, "c.txt": lines(31), "long.js": lines(900, " ") }),
      repository.commit({
        "patch.txt": "-- a\n+++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n",
        "flags.json": "no",
      }),
    ];
    symlinkSync("c.txt", join(repository.dir, "link"));
    repository.git("add", "link");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${commits[0]},sub`);
    repository.git("commit", "-q", "-m", "feat: link and submodule");
    commits.push(repository.git("rev-parse", "HEAD"));
  });

  it("is read in three processes as one by one", async () => {
    const { binary, calls } = countingGit(repository);
    const opened = (await openRepository(repository.dir, { binary, environment: repository.environment }))!;
    const [many, single] = [new DropReader(opened), oneByOne(opened)];
    const ranges = commits.flatMap((to, i) => [
      { from: null, to },
      ...commits.slice(0, i).map((from) => ({ from, to })),
      { from: to, to: commits[0]! },
    ]);
    calls();
    const found = [];
    for (const range of ranges)
      found.push([
        await many.changed(range),
        await many.measured(range),
        await many.file(range.to, "flags.json"),
      ]);
    assert.deepEqual(
      calls()
        .filter((call) => call !== "")
        .sort(),
      ["cat-file", "diff-tree", "diff-tree"],
    );
    for (const [i, range] of ranges.entries())
      assert.deepEqual(found[i], [
        await single.changed(range),
        await single.measured(range),
        await single.file(range.to, "flags.json"),
      ]);
    for (const path of ["flags file.json", "b\n.txt", "nope", "nope missing", "sub", "link", "empty", ""])
      assert.deepEqual(
        await many.file(commits.at(-1)!, path),
        await single.file(commits.at(-1)!, path),
        path,
      );
    many.close();
  });

  it("fails as one by one where a commit, or what it holds, is not here", async () => {
    const opened = await repository.open();
    const many = new DropReader(opened);
    const [from, to] = [commits[0]!, "1".repeat(40)];
    for (const range of [
      { from, to },
      { from: to, to: from },
    ]) {
      await assert.rejects(many.changed(range), { name: "HumanError" });
      await assert.rejects(many.measured(range), { name: "HumanError" });
    }
    const treeless = repository.git("commit-tree", "-m", "x", repository.git("rev-parse", "HEAD^{tree}"));
    assert.equal((await many.changed({ from: commits.at(-1)!, to: treeless })).length, 0, "and goes on");
    many.close();
  });

  it("names the commits of each range as git does", async () => {
    const from = repository.git("rev-parse", "HEAD");
    repository.git("checkout", "-q", "-b", "side");
    repository.commit({ side: "1" });
    const side = repository.commit({ side: "2" });
    repository.git("checkout", "-q", "main");
    repository.commit({ main: "1" });
    repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side");
    const to = repository.git("rev-parse", "HEAD");
    const opened = await repository.open();
    const parents = repository
      .git("log", "--format=%H %P")
      .split("\n")
      .map((line) => line.split(" "));
    const graph = ancestryGraph(new Map(parents.map(([commit, ...rest]) => [commit!, rest])));
    for (const whole of [
      { from: null, to },
      { from: commits[1]!, to },
    ]) {
      const many = new RangeCommits(opened, graph, whole);
      for (const range of [
        { from, to },
        { from: side, to },
        { from: commits[2]!, to: side },
        { from: to, to: side },
        { from: commits[0]!, to: commits[3]! },
        { from: null, to: commits[3]! },
      ])
        for (const limit of [2, 100])
          assert.deepEqual(await many.list(range, limit), await listCommits(opened, range, limit));
    }
  });
});
