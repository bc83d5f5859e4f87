import type { Git } from "../git/git.ts";
import { GitFailure, usefulLine } from "../git/gitFailure.ts";
import type { GitObject } from "../git/objectFrames.ts";
import { ObjectReader } from "../git/objectReader.ts";
import { readTree } from "../git/readTree.ts";
import { treeAdditions } from "../git/treeAdditions.ts";
import { isFile, type TreeEntry } from "../git/treeEntry.ts";
import { type DataCheck, LARGEST_EVENT, TOO_LARGE } from "./codec.ts";
import { EventIndex } from "./eventIndex.ts";
import { damagedLedger } from "./ledgerHead.ts";

/** A folder of the ledger may hold very many entries, so trees are read up to this size, in bytes. */
const LARGEST_TREE = 64 * 1024 * 1024;

/**
 * Everything that the ledger holds at a commit. Two processes, three for a large ledger.
 * @throws {HumanError} when there is no such commit.
 */
export async function readWhole(git: Git, head: string | null, checkData?: DataCheck): Promise<EventIndex> {
  const index = new EventIndex(checkData);
  if (head === null) return index;
  const visit = {
    largest: LARGEST_EVENT,
    wants: (entry: TreeEntry) => isEvent(entry, index),
    onFile: (entry: TreeEntry, object: GitObject) => take(entry, object, index),
  };
  try {
    await readTree(git, `${head}^{commit}`, visit);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.code === null) throw error;
    throw damagedLedger(usefulLine(error.stderr), { cause: error });
  }
  return index;
}

/**
 * Adds to an index what came in between two commits of the ledger; false, and nothing added, when it was not only
 * additions or the older commit is gone. One process.
 */
export async function readAdditions(
  git: Git,
  before: string,
  after: string,
  index: EventIndex,
): Promise<boolean> {
  const reader = new ObjectReader(git, (type) => (type === "blob" ? LARGEST_EVENT : LARGEST_TREE));
  try {
    const added = await treeAdditions(reader, `${before}^{tree}`, `${after}^{tree}`, after.length / 2);
    if (added === null) return false;
    const objects = await Promise.all(
      added.map((entry) => (isEventFile(entry) ? reader.read(entry.oid) : null)),
    );
    // Only now, when all is here, so that a failure on the way leaves the index as it was.
    added.forEach((entry, i) => {
      const object = objects[i];
      if (object) take(entry, object, index);
      else isEvent(entry, index);
    });
    return true;
  } finally {
    reader.close();
  }
}

const isEventFile = (entry: TreeEntry) => isFile(entry) && entry.path.endsWith(".json");

function isEvent(entry: TreeEntry, index: EventIndex): boolean {
  if (isEventFile(entry)) return true;
  index.skip(entry.path, isFile(entry) ? "has a name that does not end in .json" : "is not a file");
  return false;
}

function take({ path, oid }: TreeEntry, { type, content }: GitObject, index: EventIndex): void {
  if (type !== "blob") index.skip(path, "is missing from the repository");
  else if (content === null) index.skip(path, TOO_LARGE);
  else index.add(path, oid, content);
}
