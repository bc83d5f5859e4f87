import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { isAlive } from "../../../src/git/gitProcess.ts";
import { atExit } from "./atExit.ts";
import { inCache } from "./projectRoot.ts";

/** An empty folder of this process's own, removed when it ends; also clears up after those that were killed. */
export function freshFolder(purpose: string): { path: string; remove: () => void } {
  const parent = inCache("temporary");
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const pid = Number(/-(\d+)-\w+$/.exec(name)?.[1]);
    if (!isAlive(pid)) sweep(`${parent}/${name}`);
  }
  const path = mkdtempSync(`${parent}/${purpose}-${process.pid}-`);
  const forget = atExit(() => remove(path));
  return {
    path,
    remove: () => {
      forget();
      remove(path);
    },
  };
}

function remove(path: string): void {
  // A server that has just ended may still hold a file for a moment.
  rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Of a process that was killed; a child that outlived it may still be writing there, then the next one sweeps. */
function sweep(path: string): void {
  try {
    remove(path);
  } catch {
    return;
  }
}
