import type { Conflict, TreeChange } from "./mergeTree.ts";

/** The result of an undo. */
export interface UndoOutlook {
  state: "clean" | "conflicts" | "nothing";
  /** The files in which later changes build on what is reverted. */
  conflicts: Conflict[];
  /** What the undo changes on the branch. */
  changes: TreeChange[];
  /** What it would change without `keep`. */
  kept: TreeChange[];
}

/**
 * The result of an undo, if the files that it changes are as the drop left them: then git's merge takes each as it
 * was before the drop, and nothing can conflict. Null if only a merge can tell.
 * @param theirs What reverting the drop changes: from the drop's commit to the previous drop's.
 * @param ours What came since: from the drop's commit to the branch. The drop's commit is an ancestor of it.
 */
export function outlookOf(
  theirs: readonly TreeChange[],
  ours: readonly TreeChange[],
  isKept: (path: string) => boolean,
): UndoOutlook | null {
  // If one side moves a folder, what the other one adds to it moves too.
  if ((mayMove(theirs) && ours.some(isAdded)) || (mayMove(ours) && theirs.some(isAdded))) return null;
  const since = new Map(ours.map((change) => [change.bytes, change]));
  for (const change of theirs) {
    const other = since.get(change.bytes);
    const stays = isKept(change.path) && isEdit(change) && other !== undefined && isEdit(other);
    if (other && !stays) return null;
  }
  if (areNested(theirs, since) || areNested(ours, new Map(theirs.map((change) => [change.bytes, change]))))
    return null;
  const kept = theirs.filter(({ path, bytes, after }) => {
    const now = since.get(bytes)?.after;
    return isKept(path) && (now?.oid !== after?.oid || now?.mode !== after?.mode);
  });
  const changes = theirs.filter(({ path }) => !isKept(path));
  return { state: changes.length > 0 ? "clean" : "nothing", conflicts: [], changes, kept };
}

const isAdded = ({ before }: TreeChange) => before === null;
const isRemoved = ({ after }: TreeChange) => after === null;
const isFile = (side: TreeChange["before"]) => side?.mode.startsWith("100") === true;

/** Of a file that was there before and is there after. */
const isEdit = ({ before, after }: TreeChange) => isFile(before) && isFile(after);

/** To git, what is deleted here and new there was renamed. */
const mayMove = (changes: readonly TreeChange[]) => changes.some(isAdded) && changes.some(isRemoved);

/** Whether a file of these has the path of a folder of the others. */
function areNested(changes: readonly TreeChange[], others: ReadonlyMap<string, TreeChange>): boolean {
  return changes.some(({ bytes }) => {
    for (let end = bytes.lastIndexOf("/"); end > 0; end = bytes.lastIndexOf("/", end - 1))
      if (others.has(bytes.slice(0, end))) return true;
    return false;
  });
}
