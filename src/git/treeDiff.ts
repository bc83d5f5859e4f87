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

/** A comparison of two trees that is started before they are known, so that its start takes nobody's time. */
export class TreeDiff {
  readonly #git: Git;
  readonly #chunks: Buffer[] = [];
  readonly #process;

  constructor(git: Git) {
    this.#git = git;
    this.#process = git.open(ARGS, (chunk) => this.#chunks.push(chunk));
  }

  /**
   * What differs, path by path, renames as two paths.
   * @param before Object names of trees; never text from outside.
   */
  async compare(before: string, after: string): Promise<TreeChange[]> {
    this.#process.end(`${before} ${after}\n`);
    const { code, stderr } = await this.#process.ended;
    if (code !== 0) throw this.#git.failure(ARGS, { code, stderr });
    return parseRaw(Buffer.concat(this.#chunks).toString("latin1"));
  }

  stop(): void {
    this.#process.stop();
  }
}

const ABSENT = "000000";

// `:<mode> <mode> <object> <object> <status>`, then the path. The names of the trees stand before the first.
function parseRaw(output: string): TreeChange[] {
  const tokens = output.split("\0");
  const changes: TreeChange[] = [];
  for (let i = 0; i + 1 < tokens.length; i++) {
    const start = tokens[i]!.indexOf(":");
    if (start < 0) continue;
    const [modeBefore, modeAfter, oidBefore, oidAfter] = tokens[i]!.slice(start + 1).split(" ");
    const bytes = tokens[++i]!;
    changes.push({
      path: Buffer.from(bytes, "latin1").toString("utf8"),
      bytes,
      before: modeBefore === ABSENT ? null : { mode: modeBefore!, oid: oidBefore! },
      after: modeAfter === ABSENT ? null : { mode: modeAfter!, oid: oidAfter! },
    });
  }
  return changes;
}
