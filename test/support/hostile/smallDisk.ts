import { spawnSync } from "node:child_process";
import { afterTests } from "../folders/atExit.ts";
import { temporaryFolder } from "../git/temporaryRepository.ts";

/** A file system of its own with half a megabyte; null where this process may not make one. */
export function smallDisk(): { path: string; remove: () => void } | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const path = temporaryFolder("dropclock-disk");
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", path]);
  if (status !== 0) return null;
  const remove = () => void spawnSync("umount", ["--lazy", path]);
  afterTests(remove);
  return { path, remove };
}
