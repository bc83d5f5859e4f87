import { type CommitRange, EMPTY_TREE } from "./history.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

export interface Patch {
  /** Without line ends. */
  lines: string[];
  /** Whether there is more. */
  cut: boolean;
}

const LARGEST = 1024 * 1024;

/** What differs between the ends of a range, as a patch, at most so many lines of it. One process. */
export async function readPatch(
  { git, objectFormat }: Repository,
  { from, to }: CommitRange,
  most: number,
): Promise<Patch> {
  const kinds = ["-p", "-M", "--no-color", "--no-ext-diff", "--no-textconv", "--submodule=short"];
  const before = from === null ? EMPTY_TREE[objectFormat] : revision(from);
  const chunks: Buffer[] = [];
  let size = 0;
  const args = ["diff-tree", "-r", ...kinds, "--end-of-options", before, revision(to), "--"];
  const result = await git.feed(args, {
    onData: (chunk) => {
      if (size < LARGEST) chunks.push(chunk);
      size += chunk.length;
    },
  });
  if (result.code !== 0) throw git.failure(args, result);
  const lines = Buffer.concat(chunks).toString("utf8").replace(/\n$/, "").split("\n");
  const all = lines.length === 1 && lines[0] === "" ? [] : lines;
  return { lines: all.slice(0, most), cut: all.length > most || size > LARGEST };
}
