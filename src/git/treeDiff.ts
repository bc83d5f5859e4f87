import type { Git } from "./git.ts";
import { StartedGit } from "./startedGit.ts";

/** One path that differs between two trees. */
export interface TreeChange {
  path: string;
  /** The path's own bytes, one letter each (latin1), for handing it back to git. */
  bytes: string;
  /** Mode and object before; null where the path was not there. */
  before: { mode: string; oid: string } | null;
  /** And after. */
  after: { mode: string; oid: string } | null;
}

const ARGS = [
  "diff-tree",
  "--stdin",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-renames",
  "--ignore-submodules=none",
];

/** A line that names no object: git says it after what stands before it. */
const END = "end\n";

/** A comparison of two trees that is started before they are known. */
export class TreeDiff {
  readonly #started: StartedGit;

  constructor(git: Git) {
    this.#started = new StartedGit(git, ARGS);
  }

  /**
   * What differs, path by path, renames as two paths.
   * @param before Object names of trees; never text from outside.
   * @throws {GitFailure} when one of them is not there.
   */
  compare(before: string, after: string): Promise<TreeChange[]> {
    return this.#started.ask(`${before} ${after}\n${END}`, END, parseRaw);
  }

  stop(): void {
    this.#started.stop();
  }
}

const ABSENT = "000000";

// The names of the trees on a line; then `:<mode> <mode> <object> <object> <status>` and a path, again and again, each
// with a zero byte behind; then the end. A path may read like the end, but it stands elsewhere: null, some is missing.
function parseRaw(output: Buffer): TreeChange[] | null {
  const text = output.toString("latin1");
  // Without the names in front, one of the trees is not there.
  if (text.startsWith(END)) return null;
  const tokens = text.slice(text.indexOf("\n") + 1).split("\0");
  if (tokens.length % 2 === 0 || tokens.at(-1) !== END) return null;
  const changes: TreeChange[] = [];
  for (let i = 0; i + 1 < tokens.length; i += 2) {
    const [modeBefore, modeAfter, oidBefore, oidAfter] = tokens[i]!.slice(1).split(" ");
    const bytes = tokens[i + 1]!;
    changes.push({
      path: Buffer.from(bytes, "latin1").toString("utf8"),
      bytes,
      before: modeBefore === ABSENT ? null : { mode: modeBefore!, oid: oidBefore! },
      after: modeAfter === ABSENT ? null : { mode: modeAfter!, oid: oidAfter! },
    });
  }
  return changes;
}
