import { rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import { importStream } from "./importStream.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import type { NewEntry } from "./newEntries.ts";

/** Nothing was written, as far as is known: look at the ref. */
export interface Refusal {
  failure: GitFailure;
  /** Whether another process held the ref, or one that was killed has left its lock behind. */
  locked: boolean;
}

// By default git leaves loose objects to the system's caches while it flushes the ref that names them: after a power
// cut the ref could name objects that are gone. The second setting is how git before 2.36 is told.
const TO_DISK = ["core.fsync=loose-object,pack,pack-metadata,reference", "core.fsyncObjectFiles=true"];

const ARGS = [
  ...[...TO_DISK, "core.ignoreCase=false"].flatMap((setting) => ["-c", setting]),
  "--no-replace-objects",
  "fast-import",
  "--quiet",
  "--done",
];

/**
 * Adds entries on top of a commit and moves the ledger ref there, all or nothing. Git refuses by itself when the ref
 * has something that the tip does not have. One process.
 */
export async function importEntries(
  git: Git,
  entries: readonly NewEntry[],
  { tip, now }: { tip: string | null; now: number },
): Promise<{ head: string } | Refusal> {
  try {
    const input = importStream(entries, { ref: LEDGER_REF, tip, now });
    const result = await git.feed(ARGS, { input });
    const head = result.stdout.toString().trim().split("\n").at(-1);
    if (result.code === 0 && head) return { head };
    await removeCrashReport(git.dir, result.stderr);
    return { failure: git.failure(ARGS, result), locked: /\.lock': File exists/.test(result.stderr) };
  } catch (failure) {
    if (failure instanceof GitFailure) return { failure, locked: false };
    throw failure;
  }
}

// Git leaves a report in the repository for whatever it could not import. Ours are of no use to anybody.
async function removeCrashReport(dir: string, stderr: string): Promise<void> {
  const report = /dumping crash report to (.+)$/m.exec(stderr)?.[1];
  if (report && /^fast_import_crash_\d+$/.test(basename(report)))
    await rm(resolve(dir, report), { force: true });
}
