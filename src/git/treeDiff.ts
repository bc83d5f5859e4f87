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

/**
 * What each of these commits has otherwise than a base, path by path, renames as two paths. One process.
 * @param base Object name of a commit, as all of these; never text from outside.
 * @throws {GitFailure} when one of them is not there.
 */
export async function changesSince(
  git: Git,
  base: string,
  commits: readonly string[],
): Promise<TreeChange[][]> {
  // Of one that is not there git says nothing at all; of any other its name.
  const started = new StartedGit(git, [...ARGS, "--always"]);
  try {
    const input = commits.map((commit) => `${commit} ${base}\n${END}`).join("");
    return await started.ask(input, END, (output) => parseAll(output, commits));
  } finally {
    started.stop();
  }
}

// For each commit its name with a zero byte behind, its changes, and the end.
function parseAll(output: Buffer, commits: readonly string[]): TreeChange[][] | null {
  const text = output.toString("latin1");
  const all: TreeChange[][] = [];
  let at = 0;
  for (const commit of commits) {
    if (!text.startsWith(`${commit}\0`, at)) return null;
    const read = parseChanges(text, at + commit.length + 1);
    if (!text.startsWith(END, read.next)) return null;
    all.push(read.changes);
    at = read.next + END.length;
  }
  return all;
}

// The names of the trees on a line, the changes, and the end. Null: some is missing.
function parseRaw(output: Buffer): TreeChange[] | null {
  const text = output.toString("latin1");
  // Without the names in front, one of the trees is not there.
  if (text.startsWith(END)) return null;
  const { changes, next } = parseChanges(text, text.indexOf("\n") + 1);
  return text.slice(next) === END ? changes : null;
}

const ABSENT = "000000";

// `:<mode> <mode> <object> <object> <status>` and a path, again and again, each with a zero byte behind.
function parseChanges(text: string, from: number): { changes: TreeChange[]; next: number } {
  const changes: TreeChange[] = [];
  let next = from;
  while (text[next] === ":") {
    const afterRecord = text.indexOf("\0", next);
    const afterPath = text.indexOf("\0", afterRecord + 1);
    if (afterRecord < 0 || afterPath < 0) break;
    const [modeBefore, modeAfter, oidBefore, oidAfter] = text.slice(next + 1, afterRecord).split(" ");
    const bytes = text.slice(afterRecord + 1, afterPath);
    changes.push({
      path: Buffer.from(bytes, "latin1").toString("utf8"),
      bytes,
      before: modeBefore === ABSENT ? null : { mode: modeBefore!, oid: oidBefore! },
      after: modeAfter === ABSENT ? null : { mode: modeAfter!, oid: oidAfter! },
    });
    next = afterPath + 1;
  }
  return { changes, next };
}
