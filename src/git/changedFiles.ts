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
