import type { ObjectReader } from "./objectReader.ts";
import { isTree, parseTree, type TreeEntry } from "./treeEntry.ts";

/**
 * What was added between two trees: the entries that are no trees, with their paths. Only folders that differ are
 * read. Null when something else than additions happened, or one of the trees is not there.
 * @param before Object name of a tree, or of something that leads to one (`<commit>^{tree}`).
 * @param oidBytes How long object names are here: 20 or 32.
 */
export async function treeAdditions(
  reader: ObjectReader,
  before: string,
  after: string,
  oidBytes: number,
): Promise<TreeEntry[] | null> {
  return compare(before, after, "");

  async function compare(old: string | null, now: string, folder: string): Promise<TreeEntry[] | null> {
    const [left, right] = await Promise.all([old === null ? [] : entries(old, folder), entries(now, folder)]);
    if (left === null || right === null) return null;
    const known = new Map(left.map((entry) => [entry.path, entry]));
    const added: TreeEntry[] = [];
    const folders: Promise<TreeEntry[] | null>[] = [];
    for (const entry of right) {
      const other = known.get(entry.path);
      known.delete(entry.path);
      if (other?.oid === entry.oid && other.mode === entry.mode) continue;
      if (other && !(isTree(other) && isTree(entry))) return null;
      if (isTree(entry)) folders.push(compareLater(other?.oid ?? null, entry));
      else added.push(entry);
    }
    if (known.size > 0) return null;
    for (const inner of await Promise.all(folders)) {
      if (inner === null) return null;
      for (const entry of inner) added.push(entry);
    }
    return added;
  }

  function compareLater(old: string | null, { oid, path }: TreeEntry): Promise<TreeEntry[] | null> {
    const inner = compare(old, oid, `${path}/`);
    // Nobody waits for it any more once another folder has settled the matter.
    inner.catch(() => {});
    return inner;
  }

  async function entries(name: string, folder: string): Promise<TreeEntry[] | null> {
    const { type, content } = await reader.read(name);
    return type === "tree" && content ? parseTree(content, oidBytes, folder) : null;
  }
}
