import type { TemporaryRepository } from "../git/temporaryRepository.ts";

export const LEDGER_REF = "refs/dropclock/ledger";

/** What a hand puts into the ledger's tree: bytes, or an entry that is no file. */
export type Planted = string | Buffer | { mode: string; oid: string };

/** Changes the ledger by plain git, as a newer version or a hostile hand would. */
export function plantEntry(repository: TemporaryRepository, path: string, entry: Planted): void {
  plantEntries(repository, { [path]: entry });
}

/**
 * @param entries By path; null takes the entry away.
 * @param by Whose hand it passes for.
 */
export function plantEntries(
  repository: TemporaryRepository,
  entries: Record<string, Planted | null>,
  by = "Hand <hand@example.com>",
): void {
  const tip = repository.tryGit(["rev-parse", "--verify", "--quiet", LEDGER_REF]).stdout.trim();
  const parts = [Buffer.from(`commit ${LEDGER_REF}\ncommitter ${by} 1790000000 +0000\ndata 4\nhand\n`)];
  if (tip) parts.push(Buffer.from(`from ${tip}\n`));
  for (const [path, entry] of Object.entries(entries)) {
    const name = quoted(path);
    if (entry === null) parts.push(Buffer.from(`D ${name}\n`));
    else if (typeof entry === "object" && "mode" in entry)
      parts.push(Buffer.from(`M ${entry.mode} ${entry.oid} ${name}\n`));
    else {
      const bytes = Buffer.from(entry);
      parts.push(Buffer.from(`M 100644 inline ${name}\ndata ${bytes.length}\n`), bytes, Buffer.from("\n"));
    }
  }
  const result = repository.tryGit(["fast-import", "--quiet"], { input: Buffer.concat(parts) });
  if (result.status !== 0) throw new Error(result.stderr);
}

// As git quotes a path: any byte in octal.
function quoted(path: string): string {
  const bytes = [...Buffer.from(path, "utf8")];
  return `"${bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
}
