import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isAlive } from "./gitProcess.ts";
import type { Repository } from "./repository.ts";

const PREFIX = "dropclock-rehearsal";
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const NAME = new RegExp(`^${PREFIX}-([0-9a-f]{8})-(\\d+)-`);

/** A full checkout may be silent for a while. */
const CHECKOUT_MS = 10 * 60_000;

/**
 * Does the work in a worktree of its own, detached at a commit, in the system's temporary folder; it is removed
 * afterwards. Worktrees that a crash has left behind are removed first.
 */
export async function inThrowAwayWorktree<T>(
  repository: Repository,
  commit: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  await clearLeftWorktrees(repository);
  const folder = join(await realpath(tmpdir()), `${PREFIX}-${HOST}-${process.pid}-`);
  const path = await mkdtemp(folder);
  const git = repository.git.with({ timeoutMs: CHECKOUT_MS });
  try {
    await git.run(["worktree", "add", "--quiet", "--detach", "--force", "--no-guess-remote", path, commit]);
    return await work(path);
  } finally {
    await remove(repository, path);
  }
}

/** Removes the worktrees of processes that are gone. @returns Where they were. */
async function clearLeftWorktrees(repository: Repository): Promise<string[]> {
  const left = (await workTrees(repository)).map(({ path }) => path).filter(isLeft);
  for (const path of left) await remove(repository, path);
  return left;
}

function isLeft(path: string): boolean {
  const [, host, pid] = NAME.exec(basename(path)) ?? [];
  return host === HOST && !isAlive(Number(pid));
}

// Forced twice: also one that is locked or incomplete.
async function remove({ git }: Repository, path: string): Promise<void> {
  await git.attempt(["worktree", "remove", "--force", "--force", path]);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await git.attempt(["worktree", "prune"]);
}

/** One work tree of the repository, as its own git directory describes it. */
interface WorkTree {
  /** Where it lies. */
  path: string;
  /** Its own git directory. */
  gitDir: string;
  /** The full name of the branch that is checked out, or that is being rebased; null on a detached HEAD. */
  ref: string | null;
  /** The operation in progress: `rebase`, `merge` …; null: none. */
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

interface HooksFolder {
  /** Absolute. */
  path: string;
  /** Whether it is the hooks folder of other repositories too, by a global setting. */
  shared: boolean;
}

/**
 * Where git looks for the hooks of a repository, by its own rules: `core.hooksPath`, else the folder in the common git
 * directory. What we set for our own processes does not count. One process.
 */
export async function hooksFolder({ git, commonDir, root }: Repository): Promise<HooksFolder> {
  const args = ["config", "-z", "--show-scope", "--get-all", "core.hooksPath"];
  const { stdout } = await git.ask(args);
  const fields = stdout.split("\0");
  let found: { scope: string; value: string } | null = null;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (fields[i] !== "command") found = { scope: fields[i]!, value: fields[i + 1]! };
  }
  if (!found || found.value === "") return { path: join(commonDir, "hooks"), shared: false };
  const path = resolve(root ?? commonDir, found.value.replace(/^~(?=\/|$)/, homedir()));
  return { path, shared: found.scope !== "local" && found.scope !== "worktree" };
}
