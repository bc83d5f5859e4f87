import { parseCommit } from "../git/commitAncestry.ts";
import type { Git } from "../git/git.ts";
import { GitFailure, usefulLine } from "../git/gitFailure.ts";
import { type GitObject, isFile, ObjectReader, type TreeEntry } from "../git/objects.ts";
import { readTree, treeAdditions } from "../git/trees.ts";
import { type DataCheck, LARGEST_EVENT, TOO_LARGE } from "./codec.ts";
import { EventIndex } from "./eventIndex.ts";
import { MISSING, NOT_A_FILE } from "./ledger.ts";
import { damagedLedger } from "./ledgerHead.ts";
import type { Adder } from "./provenance.ts";

/** A folder of the ledger may contain very many entries, so trees are read up to this size, in bytes. */
const LARGEST_TREE = 64 * 1024 * 1024;

/**
 * Everything in the ledger at a commit. Two processes, three for a large ledger.
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
    // Only now, when everything is here, so that a failure leaves the index unchanged.
    found.forEach(({ entry, adder }, i) => {
      const object = objects[i];
      if (object) take(entry, object, index);
      else isEvent(entry, index);
      if (adder) index.attribute(entry.path, keyOf(entry), adder);
    });
    return { attributed: steps.every(({ adder }) => adder !== null) };
  } finally {
    reader.close();
  }
}

/** How many entries are read before the first is processed. */
const TURN = 500;

/** Reads what is in the history and not in the tree. One process; none if there is nothing. */
export async function readUnseen(git: Git, index: EventIndex): Promise<void> {
  const unseen = index.unseen().map(({ path, key }) => ({ path, ...fromKey(key) }));
  if (unseen.length === 0) return;
  const reader = new ObjectReader(git, () => LARGEST_EVENT);
  try {
    for (let from = 0; from < unseen.length; from += TURN) {
      const entries = unseen.slice(from, from + TURN);
      const objects = await Promise.all(
        entries.map((entry) => (isEventFile(entry) ? reader.read(entry.oid) : null)),
      );
      entries.forEach((entry, i) => {
        const object = objects[i];
        if (object) take(entry, object, index, false);
        else isEvent(entry, index, false);
      });
    }
  } finally {
    reader.close();
  }
  index.seen();
}

/** The hash of an entry's bytes; for anything but a file, its kind as well. */
export const keyOf = ({ mode, oid }: Pick<TreeEntry, "mode" | "oid">) =>
  mode.startsWith("100") ? oid : `${mode} ${oid}`;

/** The mode and the name that a key was made of; of a file, its usual mode. */
export function fromKey(key: string): Pick<TreeEntry, "mode" | "oid"> {
  const [first, second] = key.split(" ") as [string, string?];
  return second === undefined ? { mode: "100644", oid: first } : { mode: first, oid: second };
}

interface Found {
  entry: TreeEntry;
  /** Null: not known. */
  adder: Adder | null;
}

const isEventFile = (entry: TreeEntry) => isFile(entry) && entry.path.endsWith(".json");

function isEvent(entry: TreeEntry, index: EventIndex, inTree = true): boolean {
  if (isEventFile(entry)) return true;
  const reason = isFile(entry) ? "has a name that does not end in .json" : NOT_A_FILE;
  index.skip(entry.path, keyOf(entry), reason, inTree);
  return false;
}

function take(
  { path, oid }: TreeEntry,
  { type, content }: GitObject,
  index: EventIndex,
  inTree = true,
): void {
  if (type !== "blob") index.skip(path, oid, MISSING, inTree);
  else if (content === null) index.skip(path, oid, TOO_LARGE, inTree);
  else index.add(path, oid, content, inTree);
}

/** More commits than this are left to a separate process, which reads them faster. */
const LONGEST = 64;

interface Step {
  before: string;
  after: string;
  adder: Adder;
}

/**
 * The commits from one to another one, oldest first, where each simply follows the one before, as appends do. Null
 * where they do not, where one of them is not plain, and where there are many.
 */
async function commitChain(reader: ObjectReader, before: string, after: string): Promise<Step[] | null> {
  const steps: Step[] = [];
  for (let commit = after; commit !== before; ) {
    if (steps.length === LONGEST) return null;
    const { type, content } = await reader.read(commit);
    const parsed = type === "commit" && content ? parseCommit(content) : null;
    if (parsed?.parents.length !== 1) return null;
    const [parent] = parsed.parents as [string];
    steps.push({ before: parent, after: commit, adder: { commit, author: parsed.author, merge: false } });
    commit = parent;
  }
  return steps.reverse();
}
