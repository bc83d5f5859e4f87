import type { Git } from "../git/git.ts";

/** An entry as git tells of it, its path as bytes: hostile hands keep to no encoding. */
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
  /** Paths at which both have something, and not the same. */
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
 * What tells the trees of two commits apart. Git looks only into folders that differ. One process.
 * @param before Null: nothing at all.
 */
export async function treeDifference(
  git: Git,
  before: string | null,
  after: string,
): Promise<TreeDifference> {
  const args = [...ARGS, before ?? EMPTY_TREES[after.length as 40 | 64], after];
  const result = await git.feed(args);
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
