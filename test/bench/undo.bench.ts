import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { UndoTrees } from "../../src/git/undoTree.ts";
import { MONDAY, TemporaryRepository, temporaryFolder } from "../support/temporaryRepository.ts";
import { type Comparison, compare } from "./measure.ts";

const COMMITS = 4_000;
const FILES = 4_000;
/** Commits in the drop, and after it. */
const DROP = 12;
const LATER = 40;

/**
 * The undo in memory: its readiness against a bare merge, and its tree against a worktree with a revert. Both on a drop
 * that is clean and on one that a later commit builds on.
 */
export async function undoBench(): Promise<Comparison[]> {
  const repository = longHistory();
  const [to, from, on, colliding] = ["drop-1", "drop-2", "main", "colliding"].map((name) =>
    repository.git("rev-parse", `${name}^{commit}`),
  ) as [string, string, string, string];
  const git = repository.product();
  const trees = new UndoTrees({ git });
  const keep = [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"];
  const undo = (branch: string) => () => trees.compute({ from, to, on: branch, keep });
  const first = () => new UndoTrees({ git }).compute({ from, to, on, keep });
  const inverse = repository.git("commit-tree", "-p", from, "-m", "inverse", `${to}^{tree}`);
  const bare = (branch: string) => ({
    name: "git merge-tree",
    work: () => git.feed(["merge-tree", "--write-tree", branch, inverse]),
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
  const most = { goal: 1.5 };
  return [
    await compare("readiness of a clean drop, the branch having moved", undo(on), bare(on), most),
    await compare("readiness of a clean drop, looked at for the first time", first, bare(on)),
    await compare("readiness of a drop that collides", undo(colliding), bare(colliding), most),
    await compare("the undo's tree, clean", undo(on), worktree(on), { rounds: 5, goal: 1 / 20 }),
    await compare("the undo's tree, with a conflict", undo(colliding), worktree(colliding), {
      rounds: 5,
      goal: 1 / 6,
    }),
  ];
}

/** Thousands of commits on thousands of files; two drops, and `colliding` with a change on what the second one changed. */
function longHistory(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  const path = (i: number) => `src/part${i % 160}/file${i % FILES}.ts`;
  const text = (i: number, n: number) =>
    Array.from(
      { length: 60 },
      (_, line) => `export const value${line} = ${line === i % 30 ? n : line};\n`,
    ).join("");
  const parts: string[] = [];
  const commit = (branch: string, n: number, changes: [string, string][], from = "") => {
    const blobs = changes.map(
      ([file, content]) => `M 100644 inline ${file}\ndata ${content.length}\n${content}\n`,
    );
    parts.push(
      `commit refs/heads/${branch}\ncommitter Ana <ana@example.com> ${MONDAY / 1000 + n} +0000\ndata 2\nc\n${from}${blobs.join("")}\n`,
    );
  };
  const all = Array.from({ length: FILES }, (_, i): [string, string] => [path(i), text(i, 0)]);
  commit("main", 0, all);
  const last = COMMITS - LATER;
  for (let n = 1; n <= COMMITS; n++) {
    // What came after the drop changes other files than the drop did.
    const i = n > last ? 400 + ((n * 7) % 600) : n % 400;
    commit("main", n, [[path(i), text(i, n)]]);
    if (n === last - DROP) parts.push("reset refs/tags/drop-1\nfrom refs/heads/main\n\n");
    if (n === last) parts.push("reset refs/tags/drop-2\nfrom refs/heads/main\n\n");
  }
  const changed = last % 400;
  commit("colliding", COMMITS + 1, [[path(changed), text(changed, -1)]], "from refs/heads/main\n");
  const { status, stderr } = spawnSync("git", ["fast-import", "--quiet"], {
    cwd: repository.dir,
    env: repository.environment,
    input: parts.join(""),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return repository;
}
