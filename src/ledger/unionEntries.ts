import { besidePath, safeName } from "./eventPath.ts";
import type { RawEntry, TreeDifference } from "./treeDifference.ts";

/**
 * What has to be put into a tree so that it also holds all of another one. Nothing is taken away: where both have
 * something else at one path, the one of the smaller name stays there and the other one goes beside it, so that it
 * does not matter from which side the two are seen.
 */
export function unionEntries({ gone, added, changed }: TreeDifference): RawEntry[] {
  const files = new Map(gone.map((entry) => [entry.path, entry]));
  const result: RawEntry[] = [];
  const beside: RawEntry[] = [];
  for (const entry of added) {
    // A folder in one and a file in the other: the file has to give way.
    for (const folder of foldersOf(entry.path)) {
      const file = files.get(folder);
      if (!file) continue;
      beside.push(moved(file));
      files.delete(folder);
    }
    result.push(carried(entry));
  }
  const folders = new Set(gone.flatMap(({ path }) => foldersOf(path)));
  for (const [i, entry] of result.entries()) if (folders.has(added[i]!.path)) result[i] = moved(entry);
  for (const { before, after } of changed) {
    if (before.oid === after.oid) {
      if (after.mode < before.mode) result.push(after);
      continue;
    }
    const [stays, goes] = before.oid < after.oid ? [before, after] : [after, before];
    if (stays === after) result.push(after);
    beside.push(moved(goes));
  }
  return [...result, ...beside];
}

/**
 * Whether the second tree already holds all of the first, be it beside its old path, where a union has put it.
 * It may say no where it does, never yes where it does not.
 */
export function holdsAll({ gone, added, changed }: TreeDifference): boolean {
  const there = new Set([...added, ...changed.map(({ after }) => after)].map(identity));
  const backwards = changed.map(({ before, after }) => ({ before: after, after: before }));
  const missing = unionEntries({ gone: added, added: gone, changed: backwards });
  return missing.every((entry) => there.has(identity(entry)));
}

/**
 * How entries that a tree has lost go back into it: to their paths where those are free, else beside them, so that
 * nothing that is there now has to move.
 * @param present All that the tree has.
 */
export function restoredEntries(lost: readonly RawEntry[], present: readonly RawEntry[]): RawEntry[] {
  const taken = new Set(present.map(({ path }) => path));
  const added: RawEntry[] = [];
  const beside: RawEntry[] = [];
  for (const entry of lost) {
    if (taken.has(entry.path)) beside.push(moved(entry));
    else added.push(entry);
    taken.add(entry.path);
  }
  return [...unionEntries({ gone: [...present], added, changed: [] }), ...beside];
}

const identity = ({ mode, oid, path }: RawEntry): string => `${mode} ${oid} ${path}`;

const moved = (entry: RawEntry): RawEntry => ({
  ...entry,
  path: besidePath(plainPath(entry.path), entry.oid),
});

const carried = (entry: RawEntry): RawEntry =>
  entry.path.split("/").some(isSpecial) ? moved(entry) : { ...entry };

const plainPath = (path: string): string =>
  path
    .split("/")
    .map((part) => (isSpecial(part) ? safeName(part) : part))
    .join("/");

// What git, or a file system, takes for something else than a name, perhaps with letters in it that some file systems
// do not see. Newer gits refuse to write it.
function isSpecial(part: string): boolean {
  return /^\.*$|\\/.test(part) || /^(?:\.git|git~\d)/i.test(part.replace(/[\x80-\xff]/g, ""));
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}
