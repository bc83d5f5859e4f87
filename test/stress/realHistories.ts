import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { compareVersions } from "../../src/domain/text/tagNames.ts";
import { openRepository } from "../../src/git/repository.ts";
import { UndoTrees } from "../../src/git/undoTree.ts";
import { isolatedEnvironment, temporaryFolder } from "../support/git/temporaryRepository.ts";

// node test/stress/realHistories.ts REPOSITORY… : for each pair of neighbouring tags of each repository, the undo in
// memory against git's own commands in a work tree: the inverse of the range cherry-picked, and its commits reverted
// one by one. Works on clones in the system's temporary folder; the repositories are only read.

interface Tally {
  repository: string;
  pairs: number;
  clean: number;
  conflicts: number;
  nothing: number;
  /** Pairs in which reverting commit by commit went through as well. */
  reverted: number;
  /** Pairs whose older tag is not in the newer one's own line, so that a row of reverts does not mean the same. */
  apart: number;
  disagreements: string[];
}

for (const path of process.argv.slice(2)) console.log(JSON.stringify(await compareAll(path), null, 2));

async function compareAll(path: string): Promise<Tally> {
  const home = temporaryFolder();
  const environment = { ...isolatedEnvironment(home), GIT_CONFIG_PARAMETERS: "'advice.detachedHead=false'" };
  const dir = join(home, "clone");
  const run = (args: string[], cwd = dir) =>
    spawnSync("git", args, { cwd, env: environment, encoding: "utf8", maxBuffer: 1 << 28 });
  const git = (...args: string[]) => {
    const { status, stdout, stderr } = run(args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  run(["clone", "-q", "--shared", "--no-checkout", path, dir], home);
  const repository = (await openRepository(dir, { environment }))!;
  const trees = new UndoTrees(repository);
  const tally: Tally = {
    repository: path.split("/").slice(-2).join("/"),
    pairs: 0,
    clean: 0,
    conflicts: 0,
    nothing: 0,
    reverted: 0,
    apart: 0,
    disagreements: [],
  };
  const tags = tagsOn(
    git("for-each-ref", "--merged=HEAD", "--format=%(creatordate:unix) %(refname:short)", "refs/tags"),
  );
  const commits = tags.map((tag) => git("rev-parse", `${tag}^{commit}`));
  const start = (commit: string) => {
    run(["cherry-pick", "--quit"]);
    run(["revert", "--quit"]);
    git("checkout", "-q", "-f", "--detach", commit);
    git("reset", "-q", "--hard");
    run(["clean", "-q", "-ffdx"]);
  };

  for (let i = 1; i < tags.length; i++) {
    const [to, from, later] = commits.slice(i - 1, i + 2) as [string, string, string | undefined];
    // As the current drop, and once another one has been built on it.
    for (const on of new Set([from, later ?? git("rev-parse", "HEAD")])) {
      if (run(["merge-base", "--is-ancestor", from, on]).status !== 0) continue;
      const undo = await trees.compute({ from, to, on, keep: [] });
      tally.pairs++;
      tally[undo.state]++;
      const where = `${tags[i - 1]}..${tags[i]} on ${on.slice(0, 10)}`;
      start(on);
      const inverse = git("commit-tree", "-p", from, "-m", "inverse", `${to}^{tree}`);
      const clean = run(["cherry-pick", "--no-commit", inverse]).status === 0;
      if (clean !== (undo.state !== "conflicts"))
        tally.disagreements.push(`${where}: ${undo.state}, cherry-pick ${clean ? "clean" : "not clean"}`);
      else if (clean && git("write-tree") !== undo.merged)
        tally.disagreements.push(`${where}: another tree than cherry-pick`);
      const line = git("rev-list", "--first-parent", `${to}..${from}`).split("\n").filter(Boolean);
      const oldest = line.at(-1);
      if (oldest === undefined || git("rev-parse", `${oldest}^`) !== to) {
        tally.apart++;
        continue;
      }
      start(on);
      if (!revertAll(line, run)) continue;
      tally.reverted++;
      if (undo.state === "conflicts")
        tally.disagreements.push(`${where}: conflicts, and the reverts went through`);
      else if (git("rev-parse", "HEAD^{tree}") !== undo.merged)
        tally.disagreements.push(`${where}: another tree than the reverts`);
    }
  }
  return tally;
}

/** By when they were made, then by the numbers in them: the order of drops. */
function tagsOn(listed: string): string[] {
  const tags = listed.split("\n").map((line) => line.split(" ") as [string, string]);
  tags.sort(([a, x], [b, y]) => Number(a) - Number(b) || compareVersions(x, y));
  return tags.map(([, name]) => name);
}

/** Reverts commits, the newest first; those that change nothing are passed over. False when one does not go. */
function revertAll(
  commits: string[],
  run: (args: string[]) => { status: number | null; stdout: string },
): boolean {
  let { status } = run(["revert", "--no-edit", "-m", "1", ...commits]);
  while (status !== 0) {
    if (
      run(["ls-files", "--unmerged"]).stdout !== "" ||
      run(["diff-index", "--quiet", "--cached", "HEAD"]).status !== 0
    )
      return false;
    ({ status } = run(["revert", "--skip"]));
  }
  return true;
}
