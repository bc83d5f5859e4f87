import { rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";

/** Nothing was written, as far as is known: look at the ref. */
export interface Refusal {
  failure: GitFailure;
  /** Whether another process held the ref, or one that was killed has left its lock behind. */
  locked: boolean;
}

/**
 * Settings for whatever writes to the ledger. By default git leaves loose objects to the system's caches while it
 * flushes the ref that names them: after a power cut the ref could name objects that are gone. The second one is how
 * git before 2.36 is told.
 */
export const TO_DISK: readonly string[] = [
  "core.fsync=loose-object,pack,pack-metadata,reference",
  "core.fsyncObjectFiles=true",
].flatMap((setting) => ["-c", setting]);

const ARGS = [
  ...TO_DISK,
  "-c",
  "core.ignoreCase=false",
  "--no-replace-objects",
  "fast-import",
  "--quiet",
  "--done",
];

/**
 * Feeds `git fast-import`, which moves the ref of its input all or nothing, and refuses by itself when the ref has
 * something that the new tip does not have. One process.
 * @param input Ends with commands that print commits, the new tip last.
 */
export async function runImport(
  git: Git,
  input: Buffer,
): Promise<{ head: string; commits: string[] } | Refusal> {
  try {
    const result = await git.feed(ARGS, { input });
    const commits = result.stdout.toString().trim().split("\n");
    const head = commits.at(-1);
    if (result.code === 0 && head) return { head, commits };
    await removeCrashReport(git.dir, result.stderr);
    return { failure: git.failure(ARGS, result), locked: isLocked(result.stderr) };
  } catch (failure) {
    if (failure instanceof GitFailure) return { failure, locked: false };
    throw failure;
  }
}

/** Whether git found the lock of a ref taken. */
export const isLocked = (stderr: string) => /\.lock': File exists/.test(stderr);

// Git leaves a report in the repository for whatever it could not import. Ours are of no use to anybody.
async function removeCrashReport(dir: string, stderr: string): Promise<void> {
  const report = /dumping crash report to (.+)$/m.exec(stderr)?.[1];
  if (report && /^fast_import_crash_\d+$/.test(basename(report)))
    await rm(resolve(dir, report), { force: true });
}

/** A lock that stays is told by its file; everything else is a crowd. */
export function tooBusy({ failure, locked }: Refusal): HumanError {
  if (locked) return failure;
  return new HumanError(
    "service",
    "Others write to the ledger all the time, so nothing was written; try again in a moment.",
    { cause: failure },
  );
}
