import { open, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { HumanError } from "../../domain/text/humanError.ts";
import { isAlive } from "../../git/gitProcess.ts";

/** A lock of another machine on a shared disk counts for so long, in milliseconds. */
const STALE_MS = 6 * 3_600_000;
/** To write a lock, or to clear one away, takes no longer than this; what is older was left by a crash. */
const WRITTEN_MS = 10_000;

type Holder = { host: string; pid: number };

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
export async function withFileLock<T>(
  folder: string,
  { name, busy, wayOut }: LockedWork,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, `dropclock-${name}.lock`);
  const mine = JSON.stringify({ host: hostname(), pid: process.pid });
  for (let tries = 0; !(await take(path, mine)); tries++) {
    const holder = tries === 3 ? "unknown" : await clearLeft(path);
    if (holder !== null) throw refusal(holder, { busy, wayOut });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function refusal(holder: Holder | "unknown", { busy, wayOut }: Pick<LockedWork, "busy" | "wayOut">) {
  const who = holder === "unknown" ? "" : ` (process ${holder.pid} on ${holder.host})`;
  return new HumanError("service", `${busy}${who}; ${wayOut}.`);
}

async function take(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(text);
    } catch (error) {
      // A lock that names nobody would keep everybody out for a while.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new HumanError("service", `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/**
 * Takes a lock away that nobody holds any more, one process at a time: of two that have seen the same dead holder, the
 * slower one would else take away the lock of the faster one.
 * @returns Who holds it; null: nobody any more.
 */
async function clearLeft(path: string): Promise<Holder | "unknown" | null> {
  const holder = await holderOf(path);
  if (holder !== null) return holder;
  const clearing = `${path}.clearing`;
  if (!(await take(clearing, ""))) {
    if (await isOlder(clearing, WRITTEN_MS)) await rm(clearing, { force: true });
    return "unknown";
  }
  try {
    const now = await holderOf(path);
    if (now === null) await rm(path, { force: true });
    return now;
  } finally {
    await rm(clearing, { force: true });
  }
}

async function holderOf(path: string): Promise<Holder | "unknown" | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const holder = parsed(text);
  // It may just be about to be written.
  if (!holder) return (await isOlder(path, WRITTEN_MS)) ? null : "unknown";
  if (holder.host === hostname()) return isAlive(holder.pid) ? holder : null;
  return (await isOlder(path, STALE_MS)) ? null : holder;
}

function parsed(text: string): Holder | null {
  try {
    const { host, pid } = JSON.parse(text) as Partial<Holder>;
    return typeof host === "string" && typeof pid === "number" ? { host, pid } : null;
  } catch {
    return null;
  }
}

/** Also of a file that is gone. */
const isOlder = (path: string, ms: number) =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ms,
    () => true,
  );
