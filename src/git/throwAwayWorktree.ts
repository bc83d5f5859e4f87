import { createHash } from "node:crypto";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isAlive } from "./isAlive.ts";
import type { Repository } from "./repository.ts";
import { workTrees } from "./worktrees.ts";

const PREFIX = "dropclock-rehearsal";
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const NAME = new RegExp(`^${PREFIX}-([0-9a-f]{8})-(\\d+)-`);

/** A checkout of everything may take its time without a word. */
const CHECKOUT_MS = 10 * 60_000;

/**
 * Does the work in a worktree of its own, detached at a commit, in the system's temporary folder; it is gone
 * afterwards. Those that a crash has left behind are cleared away first.
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
export async function clearLeftWorktrees(repository: Repository): Promise<string[]> {
  const left = (await workTrees(repository)).map(({ path }) => path).filter(isLeft);
  for (const path of left) await remove(repository, path);
  return left;
}

function isLeft(path: string): boolean {
  const [, host, pid] = NAME.exec(basename(path)) ?? [];
  return host === HOST && !isAlive(Number(pid));
}

// Twice forced: also one that is locked, or not complete.
async function remove({ git }: Repository, path: string): Promise<void> {
  await git.attempt(["worktree", "remove", "--force", "--force", path]);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  await git.attempt(["worktree", "prune"]);
}
