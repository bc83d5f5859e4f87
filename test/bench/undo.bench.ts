import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { UndoTrees } from "../../src/git/undoTree.ts";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { type Comparison, compare } from "./measure.ts";

/**
 * The undo in memory: its readiness against a bare merge, and its tree against a worktree with a revert. Both on a drop
 * that is clean and on one that a later commit builds on. Readiness is what the sidebar asks for each time that the
 * branch has moved; where a merge is needed, it takes a second process for what changes, and two bare processes of which
 * one waits for the other take 1.37 times as long as the merge alone on a quiet machine with two cores.
 */
export async function undoBench(): Promise<Comparison[]> {
  const repository = TemporaryRepository.make();
  // By another process: the more memory a process holds, the longer it takes to start one from it.
  execFileSync(process.execPath, [join(import.meta.dirname, "longHistory.ts"), repository.dir], {
    env: repository.environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [to, from, on, colliding] = ["drop-1", "drop-2", "main", "colliding"].map((name) =>
    repository.git("rev-parse", `${name}^{commit}`),
  ) as [string, string, string, string];
  const git = repository.product();
  const place = { git, commonDir: join(repository.dir, ".git") };
  const trees = new UndoTrees(place);
  const keep = [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"];
  const undo = (branch: string) => () => trees.compute({ from, to, on: branch, keep });
  const readiness = (branch: string) => {
    const own = new UndoTrees(place);
    return () => own.foresee({ from, to, on: branch, keep });
  };
  const first = () => readiness(on)();
  const inverse = repository.git("commit-tree", "-p", from, "-m", "inverse", `${to}^{tree}`);
  const bare = (branch: string) => ({
    name: "git merge-tree",
    work: () => git.ask(["merge-tree", "--write-tree", branch, inverse]),
  });
  const worktrees = temporaryFolder();
  let made = 0;
  const worktree = (branch: string) => ({
    name: "worktree add + revert",
    work: () => {
      const path = join(worktrees, String(made++));
      const run = (args: string[], cwd: string) =>
        spawnSync("git", args, { cwd, env: repository.environment, stdio: "ignore" });
      run(["worktree", "add", "-q", "--detach", path, branch], repository.dir);
      run(["revert", "--no-edit", `${to}..${from}`], path);
    },
  });
  if ((await undo(on)()).state !== "clean") throw new Error("the drop should be clean");
  if ((await undo(colliding)()).state !== "conflicts") throw new Error("the drop should collide");
  const most = { goal: 1.5, rounds: 25 };
  return [
    await compare("readiness of a clean drop, the branch having moved", readiness(on), bare(on), most),
    await compare("readiness of a clean drop, looked at for the first time", first, bare(on)),
    await compare("readiness of a drop that collides", readiness(colliding), bare(colliding), most),
    await compare("the undo's tree, clean", undo(on), worktree(on), { rounds: 5, goal: 1 / 20 }),
    await compare("the undo's tree, with a conflict", undo(colliding), worktree(colliding), {
      rounds: 5,
      goal: 1 / 6,
    }),
  ];
}
