import { rename as renameFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds between tries; a virus scanner, or an editor that reads the file, lets it go within moments. */
const PAUSES_MS = [10, 20, 50, 100, 200, 400];

/** What Windows says of a file that somebody holds open. */
const HELD = new Set(["EPERM", "EACCES", "EBUSY"]);

interface RenameOptions {
  rename?: typeof renameFile;
  platform?: NodeJS.Platform;
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Puts a file in the place of another one, in one step. Windows refuses that while somebody holds the other one open, so
 * there it is tried again for a moment.
 * @throws the system's error.
 */
export async function renameOver(
  from: string,
  to: string,
  { rename = renameFile, platform = process.platform, wait = delay }: RenameOptions = {},
): Promise<void> {
  for (const pause of [...PAUSES_MS, null]) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (platform !== "win32" || !HELD.has(code) || pause === null) throw error;
      await wait(pause);
    }
  }
}
