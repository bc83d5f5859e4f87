import { lstatSync, mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { isPipeline } from "./pipeline.ts";

/**
 * A folder that only this person writes, for what is quicker to keep than to make again; made where it is not there.
 * What is kept runs, or is gone by, so there is none where anybody else might have put it: nor in a pipeline, where a
 * run for a branch that nobody has reviewed leaves its files to the next.
 * @returns Null where there is no such folder, and then nothing is kept.
 */
export function userCache(environment: NodeJS.ProcessEnv, platform = process.platform): string | null {
  if (isPipeline(environment)) return null;
  try {
    const parent = cacheFolder(environment, platform);
    if (parent === undefined || !isAbsolute(parent)) return null;
    const folder = join(parent, "dropclock");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // On Windows a person's own folders are theirs by its access lists.
    return platform === "win32" || isOnlyOurs(folder) ? folder : null;
  } catch {
    return null;
  }
}

function cacheFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  if (platform === "win32") return environment.LOCALAPPDATA;
  const home = environment.HOME || homedir();
  if (platform === "darwin") return join(home, "Library/Caches");
  return environment.XDG_CACHE_HOME || join(home, ".cache");
}

/** Whether nobody else may write there, nor put another folder in its place. */
function isOnlyOurs(folder: string): boolean {
  const me = process.getuid?.();
  const own = realpathSync(folder);
  if (lstatSync(own).uid !== me) return false;
  for (let each = own; ; each = dirname(each)) {
    const { mode, uid } = lstatSync(each);
    if (uid !== me && uid !== 0) return false;
    const writtenByOthers = (mode & 0o022) !== 0;
    // In /tmp others may write, and move nothing that is ours.
    const sticky = (mode & 0o1000) !== 0 && each !== own;
    if (writtenByOthers && !sticky) return false;
    if (each === dirname(each)) return true;
  }
}
