import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { isAlive } from "../../../src/git/gitProcess.ts";
import { atExit } from "./atExit.ts";

const PREFIX = "dropclock-run-";
const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** What other programs leave in a temporary folder: sockets of an editor that was stopped, caches, a browser's. */
const FOREIGN =
  /^(vscode-|node-compile-cache$|playwright|\.?org\.chromium\.|\.?com\.google\.|v8-compile-cache)/;

/** The temporary folder of one whole run of the tests. */
type RunFolder = {
  /** Makes it the temporary folder of a process. */
  environment: NodeJS.ProcessEnv;
  /** What a test left in it, as one sentence; null: nothing. Each test removes what it makes. */
  complaint(): string | null;
  remove(): void;
};

/** Makes one, in memory where there is room: git flushes each ref to the disk. Those of killed runs are removed. */
export function makeRunFolder(): RunFolder {
  const path = inMemory() ?? makeIn(realpathSync(tmpdir()));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  const forget = atExit(remove);
  return {
    environment: { TMPDIR: path, TMP: path, TEMP: path },
    complaint: () => {
      const left = readdirSync(path).filter((name) => !FOREIGN.test(name));
      return left.length === 0 ? null : `Left in the temporary folder by some test: ${left.join(", ")}`;
    },
    remove: () => {
      forget();
      remove();
    },
  };
}

/**
 * The same for one suite that is run by itself: this process and those that it starts get one, if they have none yet.
 * The process fails when something is left in it.
 */
export function useRunFolder(): void {
  if (basename(tmpdir()).startsWith(PREFIX)) return;
  const folder = makeRunFolder();
  Object.assign(process.env, folder.environment);
  atExit(() => {
    const complaint = folder.complaint();
    if (complaint === null) return;
    console.error(complaint);
    folder.remove();
    // Mocha sets its own exit code in a later listener of the same event.
    process.exit(1);
  });
}

function inMemory(): string | null {
  if (process.platform !== "linux") return null;
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ENOUGH_BYTES) return null;
    const path = makeIn(MEMORY);
    if (mayRunPrograms(path)) return path;
    rmSync(path, { recursive: true, force: true });
  } catch {
    // There is none, or not for us.
  }
  return null;
}

/** Some containers forbid it there, and tests plant hooks. */
function mayRunPrograms(folder: string): boolean {
  const script = join(folder, "try");
  writeFileSync(script, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const { status } = spawnSync(script);
  rmSync(script);
  return status === 0;
}

function makeIn(parent: string): string {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(PREFIX) ? Number(/-(\d+)-\w+$/.exec(name)?.[1]) : process.pid;
    if (!isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  // As a system's temporary folder is: some tests run as another user.
  chmodSync(path, 0o1777);
  return path;
}
