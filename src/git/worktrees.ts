import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Repository } from "./repository.ts";

/** One work tree of the repository, as its own git directory tells. */
export interface WorkTree {
  /** Where it lies. */
  path: string;
  /** Its own git directory. */
  gitDir: string;
  /** The full name of the branch that is checked out, or that is being rebased; null on a detached HEAD. */
  ref: string | null;
  /** What is going on in it: `rebase`, `merge` …; null: nothing. */
  operation: string | null;
}

const OPERATIONS: readonly [string, string][] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_START", "bisect"],
];

/** All work trees, the main one and the linked. No process. */
export async function workTrees({ commonDir, gitDir, root }: Repository): Promise<WorkTree[]> {
  const folder = join(commonDir, "worktrees");
  const linked = await readdir(folder).catch(() => []);
  const here = gitDir === commonDir ? root : dirname(commonDir);
  const main = here === null ? [] : [read(commonDir, here)];
  const others = linked.map(async (name) => {
    const path = await linkedPath(join(folder, name));
    return path === null ? null : read(join(folder, name), path);
  });
  return (await Promise.all([...main, ...others])).filter((each) => each !== null);
}

async function read(gitDir: string, path: string): Promise<WorkTree> {
  const going = await Promise.all(OPERATIONS.map(([file]) => isThere(join(gitDir, file))));
  const operation = OPERATIONS[going.indexOf(true)]?.[1] ?? null;
  // While a branch is rebased or bisected HEAD is detached; it is written down elsewhere.
  const rebased =
    (await text(join(gitDir, "rebase-merge/head-name"))) ??
    (await text(join(gitDir, "rebase-apply/head-name")));
  const bisected = await text(join(gitDir, "BISECT_START"));
  const head = /^ref: (.+)$/.exec((await text(join(gitDir, "HEAD"))) ?? "")?.[1];
  const ref = rebased ?? head ?? (bisected ? `refs/heads/${bisected}` : null);
  return { path, gitDir, ref, operation };
}

// The file `gitdir` names the `.git` of a linked work tree.
async function linkedPath(gitDir: string): Promise<string | null> {
  const path = await text(join(gitDir, "gitdir"));
  return path === null ? null : dirname(path);
}

const text = (path: string) =>
  readFile(path, "utf8").then(
    (content) => content.trim(),
    () => null,
  );

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
