import type { Repository } from "./repository.ts";
import { type CommitRange, EMPTY_TREE, revision } from "./revision.ts";

const STATUSES = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type-changed",
} as const;

/** One file that differs. */
export interface ChangedFile {
  path: string;
  status: (typeof STATUSES)[keyof typeof STATUSES];
  /** The name before a renaming or a copy. */
  from: string | null;
  /** Lines; null for a binary file. */
  additions: number | null;
  deletions: number | null;
  /** What it is no file but, before or after: a symbolic link, or a submodule; left out: it is a file. */
  kind?: "link" | "submodule";
}

/** Reads what `git diff-tree -r -z --raw --numstat` prints. */
export function parseChanges(output: string): ChangedFile[] {
  const tokens = output.split("\0");
  const files: ChangedFile[] = [];
  // Both parts tell of the same files in the same order. Two names that are no UTF-8 may be one name here.
  let counted = 0;
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i++]!;
    if (token.startsWith(":")) {
      // `:<mode> <mode> <object> <object> <status><score>`, then the paths.
      const letter = token.slice(token.lastIndexOf(" ") + 1)[0] as keyof typeof STATUSES;
      const from = letter === "R" || letter === "C" ? tokens[i++]! : null;
      const path = tokens[i++]!;
      const status = STATUSES[letter] ?? "modified";
      const kind = kindOf(token.slice(1, 7), token.slice(8, 14));
      files.push({ path, status, from, additions: null, deletions: null, ...(kind ? { kind } : {}) });
      continue;
    }
    // `<additions>\t<deletions>\t<path>`; with a renaming the path is empty and the two names follow.
    const counts = /^(\d+|-)\t(\d+|-)\t/.exec(token);
    if (!counts) continue;
    const [start, additions, deletions] = counts;
    if (token.length === start.length) i += 2;
    const file = files[counted++];
    if (!file) continue;
    file.additions = lines(additions!);
    file.deletions = lines(deletions!);
  }
  return files;
}

function kindOf(...modes: string[]): ChangedFile["kind"] {
  if (modes.includes("160000")) return "submodule";
  return modes.includes("120000") ? "link" : undefined;
}

const lines = (count: string) => (count === "-" ? null : Number(count));

/** What `parseChanges` reads, as options of `diff-tree`. */
export const FILE_KINDS = [
  "--raw",
  "--numstat",
  "-M",
  "--ignore-submodules=none",
  "--no-ext-diff",
  "--no-textconv",
];

/** What differs between the two ends of a range, as trees, renames found. One process. */
export async function changedFiles(
  { git, objectFormat }: Repository,
  range: CommitRange,
): Promise<ChangedFile[]> {
  const from = range.from === null ? EMPTY_TREE[objectFormat] : revision(range.from);
  const args = ["diff-tree", "-r", "-z", ...FILE_KINDS, "--end-of-options", from, revision(range.to), "--"];
  return parseChanges(await git.read(args));
}

interface Patch {
  /** Without line ends. */
  lines: string[];
  /** Whether there is more. */
  cut: boolean;
}

const LARGEST_PATCH = 1024 * 1024;

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
      if (size < LARGEST_PATCH) chunks.push(chunk);
      size += chunk.length;
    },
  });
  if (result.code !== 0) throw git.failure(args, result);
  const lines = Buffer.concat(chunks).toString("utf8").replace(/\n$/, "").split("\n");
  const all = lines.length === 1 && lines[0] === "" ? [] : lines;
  return { lines: all.slice(0, most), cut: all.length > most || size > LARGEST_PATCH };
}
