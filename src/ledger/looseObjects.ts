import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether git is clearing up a repository, or nothing of the kind. A clearing up that prunes without mercy
 * (`git gc --prune=now`) takes away loose objects that no ref names yet, though one is about to.
 */
export const isCollecting = (commonDir: string): boolean => existsSync(join(commonDir, "gc.pid"));

/** Whether all of these lie there as files of their own. */
export const areLoose = (commonDir: string, oids: readonly string[]): boolean =>
  oids.every((oid) => existsSync(join(commonDir, "objects", oid.slice(0, 2), oid.slice(2))));
