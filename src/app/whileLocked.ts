import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import { isAlive } from "../git/isAlive.ts";

/** A lock of another machine on a shared disk counts for so long, in milliseconds. */
const STALE_MS = 6 * 3_600_000;

/** Work that only one process of a machine may do at a time. */
export interface LockedWork {
  /** Names the file of its lock; letters, digits and dashes. */
  name: string;
  /** `Another undo is being carried out in this repository`. */
  busy: string;
  /** What to do then. */
  wayOut: string;
}

/**
 * Does the work while nobody else in this repository, on this machine, does the same: two that pressed at once would
 * run each command, or send each message, twice. The lock of a process that is gone counts no more.
 * @param folder The common git directory.
 * @throws {HumanError} when somebody else is at it.
 */
export async function whileLocked<T>(
  folder: string,
  { name, busy, wayOut }: LockedWork,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, `dropclock-${name}.lock`);
  const mine = JSON.stringify({ host: hostname(), pid: process.pid });
  for (let tries = 0; !(await take(path, mine)); tries++) {
    const holder = await holderOf(path);
    if (holder !== null || tries === 3)
      throw new HumanError(
        "service",
        `${busy}${holder === null ? "" : ` (process ${holder.pid} on ${holder.host})`}; ${wayOut}.`,
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
