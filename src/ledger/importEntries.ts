import type { Git } from "../git/git.ts";
import { importStream } from "./importStream.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import type { NewEntry } from "./newEntries.ts";
import { type Refusal, runImport } from "./runImport.ts";

/**
 * Adds entries on top of a commit and moves the ledger ref there, all or nothing. Git refuses by itself when the ref
 * has something that the tip does not have. One process.
 */
export function importEntries(
  git: Git,
  entries: readonly NewEntry[],
  { tip, now }: { tip: string | null; now: number },
): Promise<{ head: string } | Refusal> {
  return runImport(git, importStream(entries, { ref: LEDGER_REF, tip, now }));
}
