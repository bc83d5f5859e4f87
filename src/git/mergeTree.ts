import type { Git } from "./git.ts";
import { StartedGit } from "./startedGit.ts";

/** A file in which both sides changed the same. */
export interface Conflict {
  path: string;
  /** As git names it: `contents`, `modify/delete`, `rename/rename` … */
  kind: string;
}

export interface MergedTree {
  clean: boolean;
  /** Object name of the result; with conflict markers in its files where it is not clean. */
  tree: string;
  /** Object name of the tree on our side. */
  ours: string;
  conflicts: Conflict[];
}

// The same result on every machine, whatever its configuration says; these are git's own defaults.
const SETTINGS = [
  "merge.renames=true",
  "merge.directoryRenames=conflict",
  "merge.renormalize=false",
  "merge.renameLimit=7000",
];
// As in a bare repository: the .gitattributes of whatever is checked out neither say how to merge nor start a driver.
const ARGS = ["--bare", ...SETTINGS.flatMap((setting) => ["-c", setting]), "merge-tree", "--stdin"];

/** A merge in memory that is started before it is known what to merge. */
export class MergeTree {
  readonly #started: StartedGit;

  /** @param git In the common git directory. */
  constructor(git: Git) {
    this.#started = new StartedGit(git, ARGS);
  }

  /**
   * Merges theirs into ours; the base is what git finds. Work tree, index and refs are not touched.
   * @param ours Object names of commits, as all of these; never text from outside.
   * @throws {GitFailure} when git has no such merge (before 2.39), or one of the commits is not there.
   */
  merge(ours: string, theirs: string): Promise<MergedTree> {
    // A merge with itself tells the tree of our side without another process.
    return this.#started.ask(`${ours} ${theirs}\n${ours} ${ours}\n`, "\0\0", parseMerges);
  }

  stop(): void {
    this.#started.stop();
  }
}

// Null while the second merge, which is always clean, has not come to its end. At a commit that is not there git dies.
function parseMerges(output: Buffer): MergedTree | null {
  const tokens = output.toString("utf8").split("\0");
  const { next, ...merged } = parseMerge(tokens, 0);
  const same = parseMerge(tokens, next);
  return merged.tree && same.clean && same.tree && same.next < tokens.length
    ? { ...merged, ours: same.tree }
    : null;
}

/**
 * Reads one merge of what `git merge-tree --stdin` prints: `<clean> <tree>`, where it is not clean the conflicted
 * files as `<mode> <object> <stage>\t<path>` with an empty token behind, then the messages as `<number of paths>
 * <path>… <kind> <words>` with an empty token behind.
 */
function parseMerge(tokens: readonly string[], from: number) {
  const [status, tree = ""] = tokens.slice(from, from + 2);
  const clean = status === "1";
  let next = from + 2;
  const paths = new Set<string>();
  if (!clean) {
    for (; next < tokens.length && tokens[next] !== ""; next++)
      paths.add(tokens[next]!.slice(tokens[next]!.indexOf("\t") + 1));
    next++;
  }
  const kinds = new Map<string, string>();
  // Where submodules collide, git's advice to people stands in place of the empty token.
  while (/^\d+$/.test(tokens[next] ?? "")) {
    const count = Number(tokens[next]);
    const named = tokens.slice(next + 1, next + 1 + count);
    const kind = /^CONFLICT \((.*)\)$/.exec(tokens[next + 1 + count] ?? "")?.[1];
    if (kind !== undefined) for (const path of named) kinds.set(path, kind);
    next += count + 3;
  }
  // A conflict of whole folders names no file as conflicted.
  if (!clean && paths.size === 0) for (const path of kinds.keys()) paths.add(path);
  const conflicts = [...paths].map((path): Conflict => ({ path, kind: kinds.get(path) ?? "contents" }));
  return { clean, tree, conflicts, next: next + 1 };
}
