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
}

/** Reads what `git diff-tree -r -z --raw --numstat` prints. */
export function parseChanges(output: string): ChangedFile[] {
  const tokens = output.split("\0");
  const files = new Map<string, ChangedFile>();
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i++]!;
    if (token.startsWith(":")) {
      // `:<mode> <mode> <object> <object> <status><score>`, then the paths.
      const letter = token.slice(token.lastIndexOf(" ") + 1)[0] as keyof typeof STATUSES;
      const from = letter === "R" || letter === "C" ? tokens[i++]! : null;
      const path = tokens[i++]!;
      files.set(path, {
        path,
        status: STATUSES[letter] ?? "modified",
        from,
        additions: null,
        deletions: null,
      });
      continue;
    }
    // `<additions>\t<deletions>\t<path>`; with a renaming the path is empty and the two names follow.
    const counts = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(token);
    if (!counts) continue;
    const [, additions, deletions, inline] = counts;
    const path = inline === "" ? tokens[i + 1] : inline;
    if (inline === "") i += 2;
    const file = files.get(path ?? "");
    if (!file) continue;
    file.additions = lines(additions!);
    file.deletions = lines(deletions!);
  }
  return [...files.values()];
}

const lines = (count: string) => (count === "-" ? null : Number(count));
