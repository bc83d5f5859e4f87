import type { Git } from "../git/git.ts";
import { LEDGER_REF, refHeads } from "./ledgerHead.ts";
import { TO_DISK } from "./runImport.ts";

/** How this ledger compares to the remote's, as last seen. */
interface RemoteState {
  state: "in-step" | "ahead" | "behind" | "diverged";
  /** Entries that the remote lacked when it was last seen. */
  toShare: number;
}

/** Up to two processes; none if both are the same. */
export async function remoteState(git: Git, { local, seen }: Heads): Promise<RemoteState> {
  if (local === seen) return { state: "in-step", toShare: 0 };
  if (local === null) return { state: "behind", toShare: 0 };
  if (seen === null) return { state: "ahead", toShare: await countNew(git, null, local) };
  const [{ ours, theirs }, toShare] = await Promise.all([
    apart(git, local, seen),
    countNew(git, seen, local),
  ]);
  return { state: theirs === 0 ? "ahead" : ours === 0 ? "behind" : "diverged", toShare };
}

/** The ref that keeps the remote's ledger as last seen. No setting of the clone changes it. */
export const trackingRef = (remote: string) => `refs/dropclock/remotes/${remote}/ledger`;

interface Heads {
  /** The ledger of this repository. */
  local: string | null;
  /** The remote's, as last seen. */
  seen: string | null;
}

/** One process, no network. */
export async function remoteHeads(git: Git, remote: string): Promise<Heads> {
  const heads = await refHeads(git, [LEDGER_REF, trackingRef(remote)]);
  return { local: heads.get(LEDGER_REF) ?? null, seen: heads.get(trackingRef(remote)) ?? null };
}

/** Records what the remote has. One process. */
export async function keepSeen(git: Git, remote: string, head: string | null): Promise<void> {
  const ref = trackingRef(remote);
  const change = head === null ? `delete ${ref}\n` : `update ${ref} ${head}\n`;
  const args = [...TO_DISK, "update-ref", "--stdin"];
  const result = await git.feed(args, { input: change });
  // Another process that looked at the same moment has recorded it too.
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
  const output = await git.read(args);
  const [left, right] = output.split(/\s+/).map(Number);
  return { ours: left!, theirs: right! };
}

/** An entry as git prints it, its path as bytes: an attacker may use any encoding. */
export interface RawEntry {
  mode: string;
  oid: string;
  /** In latin1, one character for each byte. */
  path: string;
}

export interface TreeDifference {
  /** Entries that only the first has. */
  gone: RawEntry[];
  /** Entries that only the second has. */
  added: RawEntry[];
  /** Paths at which both have something different. */
  changed: { before: RawEntry; after: RawEntry }[];
}

const EMPTY_TREES = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
} as const;

const ARGS = [
  "--no-replace-objects",
  "diff-tree",
  "-r",
  "-z",
  "--raw",
  "--no-renames",
  "--no-abbrev",
  "--ignore-submodules=none",
];

/**
 * The difference between the trees of two commits. Git reads only folders that differ. One process.
 * @param before Null: nothing at all.
 */
export async function treeDifference(
  git: Git,
  before: string | null,
  after: string,
): Promise<TreeDifference> {
  const args = [...ARGS, before ?? EMPTY_TREES[after.length as 40 | 64], after];
  const result = await git.feed(args, {});
  if (result.code !== 0) throw git.failure(args, result);
  const difference: TreeDifference = { gone: [], added: [], changed: [] };
  const parts = result.stdout.toString("latin1").split("\0");
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const path = parts[i + 1]!;
    const [oldMode = "", newMode = "", oldOid = "", newOid = "", status = ""] = parts[i]!.slice(1).split(" ");
    const old = { mode: oldMode, oid: oldOid, path };
    const now = { mode: newMode, oid: newOid, path };
    if (status === "A") difference.added.push(now);
    else if (status === "D") difference.gone.push(old);
    else difference.changed.push({ before: old, after: now });
  }
  return difference;
}

/** How many entries the second has that the first lacks. One process. */
export async function countNew(git: Git, before: string | null, after: string): Promise<number> {
  if (before === after) return 0;
  const { added, changed } = await treeDifference(git, before, after);
  return added.length + changed.length;
}
