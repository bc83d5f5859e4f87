import type { Git } from "../git/git.ts";
import { byAuthor, importStream } from "./importStream.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import type { NewEntry } from "./newEntries.ts";
import { type Refusal, runImport } from "./runImport.ts";

/** An entry that was written, and the commit that added it. */
export interface Written extends NewEntry {
  commit: string;
}

/**
 * Adds entries on top of a commit and moves the ledger ref there, all or nothing; each author's in a commit of their
 * own. Git refuses by itself when the ref has something that the tip does not have. One process.
 */
export async function importEntries(
  git: Git,
  commonDir: string,
  entries: readonly NewEntry[],
  { tip, now }: { tip: string | null; now: number },
): Promise<{ head: string; written: Written[] } | Refusal> {
  const groups = byAuthor(entries);
  const outcome = await runImport(git, commonDir, importStream(groups, { ref: LEDGER_REF, tip, now }));
  if (!("head" in outcome)) return outcome;
  const written = groups.flatMap((group, i) =>
    group.map((entry) => ({ ...entry, commit: outcome.commits[i]! })),
  );
  return { head: outcome.head, written };
}
