import { createHash, randomUUID } from "node:crypto";
import { readdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Git } from "../git/git.ts";
import { isAlive } from "../git/gitProcess.ts";

const PREFIX = "dropclock-writer-";
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const TICKET = /^dropclock-writer-\d+-([0-9a-f]{8})-(\d+)-/;

/** A ticket older than this no longer counts. */
const STALE_MS = 10_000;
const LOOK_AGAIN_MS = 8;

/**
 * Lets the writers of one repository take turns, first come, first served. It is only for fairness, so that
 * none of many starves: git keeps their events safe, because it refuses to build on an old tip. So nothing
 * depends on it, and a killed writer blocks nobody.
 * @param folder Where the tickets are: the common git directory.
 * @param work Gets whether others came first.
 */
export async function inWritersQueue<T>(folder: string, work: (waited: boolean) => Promise<T>): Promise<T> {
  const ticket = `${PREFIX}${String(Date.now()).padStart(15, "0")}-${HOST}-${process.pid}-${randomUUID()}`;
  try {
    await writeFile(join(folder, ticket), "", { flag: "wx" });
  } catch {
    // Git's own error explains better why nothing can be written there.
    return work(false);
  }
  try {
    let waited = false;
    const giveUpAt = performance.now() + STALE_MS;
    while (performance.now() < giveUpAt && (await isBeforeUs(folder, ticket))) {
      waited = true;
      await delay(LOOK_AGAIN_MS);
    }
    return await work(waited);
  } finally {
    await rm(join(folder, ticket), { force: true }).catch(() => {});
  }
}

async function isBeforeUs(folder: string, ticket: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const earlier = names.filter((name) => name.startsWith(PREFIX) && name < ticket);
  for (const name of earlier) {
    if (await isWaiting(join(folder, name), name)) return true;
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
  return false;
}

async function isWaiting(path: string, name: string): Promise<boolean> {
  const [, host, pid] = TICKET.exec(name) ?? [];
  if (host === HOST && !isAlive(Number(pid))) return false;
  const drawn = await stat(path).catch(() => null);
  return drawn !== null && Date.now() - drawn.mtimeMs < STALE_MS;
}

/** The common git directory of the repository, as git gives it. One process. */
export async function commonDirOf(git: Git): Promise<string> {
  const path = await git.read(["rev-parse", "--git-common-dir"]);
  return resolve(await realpath(git.dir), path.replace(/\n$/, ""));
}
