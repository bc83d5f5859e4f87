import { rmSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../../src/git/gitProcess.ts";
import { atExit } from "../folders/atExit.ts";

const STALE_AFTER_MS = 30 * 60_000;

/** Runs `work` while no other process on this machine does so under the same lock file; waits for its turn. */
export async function withFileLock<T>(path: string, waiting: string, work: () => Promise<T>): Promise<T> {
  let told = false;
  let release = await tryFileLock(path);
  while (release === undefined) {
    if (!told) console.error(waiting);
    told = true;
    await delay(500);
    release = await tryFileLock(path);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** Takes the lock if it is free, and gives the way to release it; a lock whose owner has died is free. */
export async function tryFileLock(path: string): Promise<(() => void) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    if (!(await linked(mine, path))) {
      if (!(await isStale(path))) return undefined;
      // Moved away first: of two processes that see a dead owner, only one can move the file.
      await rename(path, `${mine}.stale`).catch(() => {});
      await rm(`${mine}.stale`, { force: true });
      if (!(await linked(mine, path))) return undefined;
    }
  } finally {
    await rm(mine, { force: true });
  }
  const forget = atExit(() => rmSync(path, { force: true }));
  return () => {
    forget();
    rmSync(path, { force: true });
  };
}

/** A hard link appears with its whole content at once, and fails when the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(path, "utf8"));
    const { mtimeMs } = await stat(path);
    return Date.now() - mtimeMs > STALE_AFTER_MS || !isAlive(pid);
  } catch {
    return false; // Released in this very moment; the next try finds it free.
  }
}
