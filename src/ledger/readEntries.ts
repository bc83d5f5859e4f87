import type { Git } from "../git/git.ts";
import { GitFailure, usefulLine } from "../git/gitFailure.ts";
import type { GitObject } from "../git/objectFrames.ts";
import { ObjectReader } from "../git/objectReader.ts";
import { readTree } from "../git/readTree.ts";
import { treeAdditions } from "../git/treeAdditions.ts";
import { isFile, type TreeEntry } from "../git/treeEntry.ts";
import { type DataCheck, LARGEST_EVENT, TOO_LARGE } from "./codec.ts";
import { commitChain } from "./commitChain.ts";
import { EventIndex } from "./eventIndex.ts";
import { damagedLedger } from "./ledgerHead.ts";
import type { Adder } from "./provenance.ts";

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
 * Adds to an index what came in between two commits of the ledger. Null, and nothing added, when it was not only
 * additions or the older commit is gone. One process.
 * @returns Whether it is known of each entry who added it, as where one commit simply follows the other.
 */
export async function readAdditions(
  git: Git,
  before: string,
  after: string,
  index: EventIndex,
): Promise<{ attributed: boolean } | null> {
  const reader = new ObjectReader(git, (type) => (type === "blob" ? LARGEST_EVENT : LARGEST_TREE));
  try {
    const steps = (await commitChain(reader, before, after)) ?? [{ before, after, adder: null }];
    const found: Found[] = [];
    for (const step of steps) {
      const entries = await treeAdditions(
        reader,
        `${step.before}^{tree}`,
        `${step.after}^{tree}`,
        after.length / 2,
      );
      if (entries === null) return null;
      for (const entry of entries) found.push({ entry, adder: step.adder });
    }
    const objects = await Promise.all(
      found.map(({ entry }) => (isEventFile(entry) ? reader.read(entry.oid) : null)),
    );
    // Only now, when all is here, so that a failure on the way leaves the index as it was.
    found.forEach(({ entry, adder }, i) => {
      const object = objects[i];
      if (object) take(entry, object, index);
      else isEvent(entry, index);
      if (adder) index.attribute(entry.path, entry.oid, adder);
    });
    return { attributed: steps.every(({ adder }) => adder !== null) };
  } finally {
    reader.close();
  }
}

interface Found {
  entry: TreeEntry;
  /** Null: not known. */
  adder: Adder | null;
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
