import type { Git } from "./git.ts";

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

const DIFF_TREE = [
  "diff-tree",
  "--stdin",
  "-r",
  "-z",
  "--raw",
  "--no-abbrev",
  "--no-renames",
  "--ignore-submodules=none",
];

/** A line that names no object: git prints it after its answer to the lines before. */
const END = "end\n";

/** A comparison of two trees that is started before they are known. */
export class TreeDiff {
  readonly #started: StartedGit;

  constructor(git: Git) {
    this.#started = new StartedGit(git, DIFF_TREE);
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
 * How each of these commits differs from a base, path by path, renames as two paths. One process.
 * @param base Object name of a commit, as all of these; never text from outside.
 * @throws {GitFailure} when one of them is not there.
 */
export async function changesSince(
  git: Git,
  base: string,
  commits: readonly string[],
): Promise<TreeChange[][]> {
  // For a missing one git prints nothing at all; for any other its name.
  const started = new StartedGit(git, [...DIFF_TREE, "--always"]);
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

/**
 * A git that is started before the question is known, so that nothing waits for its start, and that answers
 * once. Its end is not awaited either: the output shows when the answer is complete.
 */
class StartedGit {
  readonly #git: Git;
  readonly #args: readonly string[];
  readonly #process;
  readonly #chunks: Buffer[] = [];
  #onChunk = () => {};

  /** @throws {GitFailure} when it cannot be started. */
  constructor(git: Git, args: readonly string[]) {
    this.#git = git;
    this.#args = args;
    this.#process = git.open(args, (chunk) => {
      this.#chunks.push(chunk);
      this.#onChunk();
    });
  }

  /**
   * @param ending What the answer ends with; it may also occur inside it.
   * @param read Gives the answer; null while some of it is missing.
   * @throws {GitFailure} when git ends without a whole answer.
   */
  async ask<T>(input: string, ending: string, read: (output: Buffer) => T | null): Promise<T> {
    this.#process.end(input);
    return new Promise<T>((resolve, reject) => {
      let answer: T | null = null;
      const look = () => {
        answer ??= read(Buffer.concat(this.#chunks));
        if (answer !== null) resolve(answer);
      };
      this.#onChunk = () => {
        if (this.#chunks.at(-1)!.toString("latin1").endsWith(ending)) look();
      };
      this.#process.ended
        .then((result) => {
          look();
          if (answer === null) reject(this.#git.failure(this.#args, result));
        })
        .catch(reject);
    });
  }

  stop(): void {
    this.#process.stop();
  }
}

/** A file that both sides changed in the same place. */
export interface Conflict {
  path: string;
  /** As git names it: `contents`, `modify/delete`, `rename/rename` … */
  kind: string;
}

interface MergedTree {
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
// As in a bare repository: the .gitattributes of the work tree neither set how to merge nor start a driver.
const MERGE_TREE = ["--bare", ...SETTINGS.flatMap((setting) => ["-c", setting]), "merge-tree", "--stdin"];

/** A merge in memory that is started before its commits are known. */
export class MergeTree {
  readonly #started: StartedGit;

  /** @param git In the common git directory. */
  constructor(git: Git) {
    this.#started = new StartedGit(git, MERGE_TREE);
  }

  /**
   * Merges theirs into ours; the base is what git finds. Work tree, index and refs are not touched.
   * @param ours Object names of commits, as all of these; never text from outside.
   * @throws {GitFailure} when git has no such merge (before 2.39), or one of the commits is not there.
   */
  merge(ours: string, theirs: string): Promise<MergedTree> {
    // A merge with itself gives the tree of our side without another process.
    return this.#started.ask(`${ours} ${theirs}\n${ours} ${ours}\n`, "\0\0", parseMerges);
  }

  stop(): void {
    this.#started.stop();
  }
}

// Null until the second merge, which is always clean, has ended. At a missing commit git exits.
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
  // If submodules conflict, git prints advice in place of the empty token.
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
