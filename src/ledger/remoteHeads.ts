import type { Git } from "../git/git.ts";
import { LEDGER_REF, refHeads } from "./ledgerHead.ts";
import { TO_DISK } from "./runImport.ts";

/** Where the remote's ledger is kept as it was last seen. No setting of the clone leads there. */
export const trackingRef = (remote: string) => `refs/dropclock/remotes/${remote}/ledger`;

export interface Heads {
  /** The ledger of this repository. */
  local: string | null;
  /** The remote's, when it was last seen. */
  seen: string | null;
}

/** One process, no network. */
export async function remoteHeads(git: Git, remote: string): Promise<Heads> {
  const heads = await refHeads(git, [LEDGER_REF, trackingRef(remote)]);
  return { local: heads.get(LEDGER_REF) ?? null, seen: heads.get(trackingRef(remote)) ?? null };
}

/** Keeps in mind what the remote has. One process. */
export async function keepSeen(git: Git, remote: string, head: string | null): Promise<void> {
  const ref = trackingRef(remote);
  const change = head === null ? `delete ${ref}\n` : `update ${ref} ${head}\n`;
  const args = [...TO_DISK, "update-ref", "--stdin"];
  const result = await git.feed(args, { input: change });
  // Another process that looked at the same moment has kept it too.
  if (result.code !== 0 && !/cannot lock ref/.test(result.stderr)) throw git.failure(args, result);
}

/** How many commits each of two heads has that the other lacks. One process. */
export async function apart(
  git: Git,
  ours: string,
  theirs: string,
): Promise<{ ours: number; theirs: number }> {
  if (ours === theirs) return { ours: 0, theirs: 0 };
  const args = ["--no-replace-objects", "rev-list", "--left-right", "--count", `${ours}...${theirs}`];
  const result = await git.feed(args);
  if (result.code !== 0) throw git.failure(args, result);
  const [left, right] = result.stdout.toString().split(/\s+/).map(Number);
  return { ours: left!, theirs: right! };
}
