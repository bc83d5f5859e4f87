import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { HumanError } from "../../domain/humanError.ts";
import { isAlive } from "../../git/isAlive.ts";

/** A lock of another machine on a shared disk counts for so long, in milliseconds. */
const STALE_MS = 6 * 3_600_000;

/**
 * Does the work while nobody else in this repository, on this machine, carries out an undo: two that pressed at once
 * would run each command twice. The lock of a process that is gone counts no more.
 * @param folder The common git directory.
 * @throws {HumanError} when somebody else is at it.
 */
export async function whileLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, "dropclock-undo.lock");
  const mine = JSON.stringify({ host: hostname(), pid: process.pid });
  for (let tries = 0; !(await take(path, mine)); tries++) {
    const holder = await holderOf(path);
    if (holder !== null || tries === 3)
      throw new HumanError(
        "service",
        `Another undo is being carried out in this repository${holder === null ? "" : ` (process ${holder.pid} on ${holder.host})`}; wait for it, then press again: it goes on where that one stops.`,
      );
    await rm(path, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new HumanError("service", `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Who holds the lock; null: nobody any more. */
async function holderOf(path: string): Promise<{ host: string; pid: number } | null> {
  try {
    const { host, pid } = JSON.parse(await readFile(path, "utf8")) as { host: string; pid: number };
    if (host === hostname()) return isAlive(pid) ? { host, pid } : null;
    return Date.now() - (await stat(path)).mtimeMs < STALE_MS ? { host, pid } : null;
  } catch {
    return null;
  }
}
