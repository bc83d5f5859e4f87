import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minimatch } from "minimatch";
import { HumanError } from "../domain/text/humanError.ts";
import { pathMatcher } from "../domain/text/pathPatterns.ts";
import { plainText } from "../domain/text/plainText.ts";
import { GLOB } from "../domain/text/tagNames.ts";
import type { Git } from "./git.ts";
import { GitFailure, usefulLine } from "./gitFailure.ts";
import { type Conflict, changesSince, MergeTree, type TreeChange, TreeDiff } from "./mergeTree.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";
import { outlookOf, type UndoOutlook } from "./undoOutlook.ts";

/** What is reverted, and where. Full object names of commits. */
export interface RevertSpec {
  /** The end of what is reverted: the drop's commit. */
  from: string;
  /** What it returns to: the previous drop's commit. */
  to: string;
  /** Where it is reverted: the branch. */
  on: string;
  /** Patterns of files that are kept as they are on the branch; they never conflict. */
  keep: readonly string[];
  /** Patterns of the files that alone may change, as of a service; left out: all. */
  paths?: readonly string[];
}

/** The tree that the branch would have without the drop. */
export interface UndoTree extends UndoOutlook {
  /** Object name of the branch's tree. */
  before: string;
  /** Object name of the merged tree, in which kept files may still differ from the branch. */
  merged: string;
}

/**
 * Computes undos in memory: a three-way merge whose base is the drop's commit, ours the branch and theirs the previous
 * drop. A series of reverts cannot do this (it stops at merges), and a checkout is slow and touches the person's files.
 * Git before 2.40 accepts no base; a commit with the previous drop's tree on top of the drop's commit has
 * that very base in every git, so this is the one way for all.
 */
export class UndoTrees {
  readonly #git: Git;
  readonly #gitDir: string;
  /** By what they revert: the commits that were made for it. */
  readonly #inverses = new Map<string, Promise<string>>();
  /** By what they revert: the changes that do it. */
  readonly #theirs = new Map<string, TreeChange[]>();
  /** Undos that need a merge, by what they revert: later changes build on it, and usually still do at the next look. */
  readonly #entangled = new Set<string>();

  constructor({ git, commonDir }: Pick<Repository, "git" | "commonDir">) {
    this.#git = git;
    this.#gitDir = commonDir;
  }

  /**
   * The result of `compute`, without a merge if the files suffice: then one process, and nothing is written. Only after
   * git has merged here once, because an old git cannot, and a drop that cannot be undone is not ready.
   * @throws {GitFailure} as `compute`.
   */
  async foresee(inverse: RevertSpec): Promise<UndoOutlook> {
    const key = keyOf(inverse);
    if (!this.#inverses.has(key) || this.#entangled.has(key)) return this.compute(inverse);
    const { from, to, on, keep, paths } = inverse;
    const known = this.#theirs.get(key);
    const asking = changesSince(this.#git, from, known ? [on] : [on, to]);
    const isKept = matcher(keep);
    const [ours, all = known!] = await asking;
    const theirs = known ?? all.filter(({ path }) => within(paths)(path));
    this.#theirs.set(key, theirs);
    const outlook = outlookOf(theirs, ours!, isKept);
    if (outlook) return outlook;
    this.#entangled.add(key);
    return this.compute(inverse);
  }

  /**
   * Two processes, three for the first look at a drop, none of which waits to be started.
   * @throws {GitFailure} when git is older than 2.39, or one of the commits is not there.
   */
  async compute(inverse: RevertSpec): Promise<UndoTree> {
    const known = this.#inverses.has(keyOf(inverse));
    try {
      return await this.#compute(inverse);
    } catch (error) {
      this.#inverses.delete(keyOf(inverse));
      // It may have been pruned meanwhile.
      if (known && error instanceof GitFailure) return this.#compute(inverse);
      throw error;
    }
  }

  async #compute({ from, to, on, keep, paths }: RevertSpec): Promise<UndoTree> {
    const merge = new MergeTree(this.#git.at(this.#gitDir));
    let diff: TreeDiff | null = null;
    try {
      const inverse = await this.#inverse({ from, to, paths });
      const merging = merge.merge(on, inverse);
      // Callers that await it get the failure; a diff that cannot be started must not end this program.
      merging.catch(() => {});
      // Starting a process takes this program as long as a merge takes git, so it is started, and all else made ready, while git merges.
      diff = new TreeDiff(this.#git);
      const matches = matcher(keep);
      // If a folder, or a file of another kind, is in the way, git puts the file beside it.
      const aside = new RegExp(`~(?:${on}|${inverse})(?:_\\d+)?$`);
      const isKept = (path: string) => matches(path.replace(aside, ""));
      const merged = await merging;
      const nothing = merged.tree === merged.ours;
      const all = nothing ? [] : await diff.compare(merged.ours, merged.tree);
      const changes = all.filter(({ path }) => !isKept(path));
      const conflicts = [
        ...merged.conflicts.filter(({ path }) => !isKept(path)),
        ...outside(changes, merged.conflicts, within(paths)),
      ];
      return {
        state: conflicts.length > 0 ? "conflicts" : changes.length > 0 ? "clean" : "nothing",
        before: merged.ours,
        merged: merged.tree,
        conflicts,
        changes,
        kept: all.filter(({ path }) => isKept(path)),
      };
    } finally {
      merge.stop();
      diff?.stop();
    }
  }

  #inverse(wish: Pick<RevertSpec, "from" | "to" | "paths">): Promise<string> {
    const key = keyOf(wish);
    let commit = this.#inverses.get(key);
    if (!commit) {
      commit = commitInverse(this.#git, wish);
      this.#inverses.set(key, commit);
    }
    return commit;
  }
}

const keyOf = ({ from, to, paths }: Pick<RevertSpec, "from" | "to" | "paths">) =>
  paths ? JSON.stringify([from, to, paths]) : `${from} ${to}`;

/** Whether a path may change. */
const within = (paths: readonly string[] | undefined) => (paths ? pathMatcher(paths) : () => true);

/** What later changes have moved out of the service, and git's merge follows: that is for a person to decide. */
function outside(
  changes: readonly TreeChange[],
  conflicts: readonly Conflict[],
  isOwn: (path: string) => boolean,
): Conflict[] {
  const known = new Set(conflicts.map(({ path }) => path));
  const moved = changes.filter(({ path }) => !isOwn(path) && !known.has(path));
  return moved.map(({ path }) => ({ path, kind: "moved out of the service" }));
}

/** Whether a path is matched by one of the patterns. */
function matcher(patterns: readonly string[]): (path: string) => boolean {
  const compiled = patterns.map((pattern) => new minimatch.Minimatch(pattern, GLOB));
  return (path) => compiled.some((pattern) => pattern.match(path));
}

// Always the same object for the same two commits, so that however often it is asked for, one is stored. Later than
// any other commit (2100), because git looks for a common ancestor from the youngest on: with an old one it would walk
// through the whole history first.
const NOBODY = {
  GIT_AUTHOR_NAME: "Dropclock",
  GIT_AUTHOR_EMAIL: "dropclock@localhost",
  GIT_AUTHOR_DATE: "@4102444800 +0000",
  GIT_COMMITTER_NAME: "Dropclock",
  GIT_COMMITTER_EMAIL: "dropclock@localhost",
  GIT_COMMITTER_DATE: "@4102444800 +0000",
};

/** The commit that reverts everything since `to` on top of `from`. No ref names it, so git removes it in time. */
async function commitInverse(
  git: Git,
  { from, to, paths }: Pick<RevertSpec, "from" | "to" | "paths">,
): Promise<string> {
  const tree = paths ? await treeWithin(git, { from, to, paths }) : `${to}^{tree}`;
  const args = ["commit-tree", "-p", from, "-m", "Inverse", tree];
  return (await git.with({ variables: NOBODY }).read(args)).trim();
}

/** The tree of a commit, with the files of some paths as another one has them. */
async function treeWithin(
  git: Git,
  { from, to, paths }: { from: string; to: string; paths: readonly string[] },
): Promise<string> {
  const [changes] = await changesSince(git, from, [to]);
  const isOwn = pathMatcher(paths);
  const wanted = changes!.filter(({ path }) => isOwn(path)).map((each) => ({ ...each, before: each.after }));
  if (wanted.length === 0) return `${from}^{tree}`;
  return writeUndoTree({ git }, { merged: from, kept: wanted });
}

/** A file with new content. */
export interface FileEdit {
  path: string;
  text: string;
}

/**
 * Writes the tree of an undo: what was merged, with the kept files as they are on the branch, and with edits. Through
 * an index of its own in the system's temporary folder; the person's is not touched.
 * @returns Its object name.
 */
export async function writeUndoTree(
  { git }: Pick<Repository, "git">,
  { merged, kept }: Pick<UndoTree, "merged" | "kept">,
  edits: readonly FileEdit[] = [],
): Promise<string> {
  if (kept.length === 0 && edits.length === 0) return merged;
  const index = join(tmpdir(), `dropclock-index-${randomUUID()}`);
  const own = git.with({ variables: { GIT_INDEX_FILE: index } });
  try {
    await own.run(["read-tree", merged]);
    const lines = kept.map(({ bytes, before }) =>
      before ? `${before.mode} ${before.oid}\t${bytes}\0` : `0 ${"0".repeat(merged.length)}\t${bytes}\0`,
    );
    for (const { path, text } of edits) {
      const mode = await modeAt(own, merged, path);
      lines.push(`${mode} ${await writeBlob(own, text)}\t${Buffer.from(path).toString("latin1")}\0`);
    }
    // Removals come first: a file may take the place of a folder.
    lines.sort((a, b) => Number(b.startsWith("0 ")) - Number(a.startsWith("0 ")));
    await feed(
      own,
      ["update-index", "--replace", "-z", "--index-info"],
      Buffer.from(lines.join(""), "latin1"),
    );
    return (await own.run(["write-tree"])).trim();
  } finally {
    await rm(index, { force: true });
  }
}

/** A person may have to enter the passphrase of a key, or touch one. Milliseconds. */
const SIGNING_MS = 120_000;

/**
 * Makes a commit that no ref names yet, under the person's own name. One process.
 * @param commit `signed`: with a signature, as git is set up to make them.
 * @throws {HumanError} when it is to be signed and git cannot.
 */
export async function commitTree(
  { git }: Repository,
  commit: { tree: string; parent: string; message: string; signed?: boolean },
): Promise<string> {
  const { tree, parent, message, signed = false } = commit;
  const args = ["commit-tree", ...(signed ? ["-S"] : []), "-p", parent, "-F", "-", tree];
  if (!signed) return (await feed(git, args, message)).trim();
  const result = await git.with({ timeoutMs: SIGNING_MS }).feed(args, { input: message });
  if (result.code === 0) return result.stdout.toString().trim();
  const said = usefulLine(result.stderr.replace(/^error: gpg failed to sign the data:?\n?/m, ""));
  throw new HumanError(
    "service",
    `git cannot sign the commit of the undo: ${plainText(said || "it gave no reason", 200)}; set user.signingKey (and gpg.format for SSH keys), and see that git commit -S works here.`,
  );
}

/** Whether git is set up to sign commits here. One process. */
export async function signsCommits({ git }: Repository): Promise<boolean> {
  const { code, stdout } = await git.ask(["config", "--type=bool", "--get", "commit.gpgSign"]);
  return code === 0 && stdout.trim() === "true";
}

/** What a ref names; null where there is none. One process. @param ref A full name. */
export async function refCommit({ git }: Repository, ref: string): Promise<string | null> {
  const { code, stdout } = await git.ask([
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${ref}^{commit}`,
  ]);
  return code === 0 ? (stdout.trim().split("\n").at(-1) ?? null) : null;
}

/**
 * Moves a ref, if it still is where it was; makes it, if it is not there. One process.
 * @param before Null: it must not be there yet.
 * @returns False if it was moved by someone else.
 */
export async function moveRef(
  { git }: Repository,
  ref: string,
  { before, after }: { before: string | null; after: string },
): Promise<boolean> {
  const args = [
    "update-ref",
    "-m",
    "dropclock: undo",
    "--no-deref",
    ref,
    after,
    before ?? "0".repeat(after.length),
  ];
  const result = await git.ask(args);
  if (result.code === 0) return true;
  if (/cannot lock ref|reference already exists|but expected/.test(result.stderr)) return false;
  throw git.failure(args, result);
}

/**
 * A branch whose name excludes another one in git, because one would be a folder of the other: `dropclock` and
 * `dropclock/undo-drop-7`. Null where there is none. One process.
 * @param branch A short name that is not there.
 */
export async function branchInTheWay({ git }: Repository, branch: string): Promise<string | null> {
  const [top] = branch.split("/");
  const listed = await git.read(["for-each-ref", "--format=%(refname:lstrip=2)", `refs/heads/${top}`]);
  const inTheWay = (name: string) => branch.startsWith(`${name}/`) || name.startsWith(`${branch}/`);
  return listed.split("\n").find((name) => name !== "" && inTheWay(name)) ?? null;
}

/**
 * The newest commit of a range whose message holds these words; null where none does. One process.
 * @param saying Ours, never text from outside.
 */
export async function findCommit(
  { git }: Repository,
  range: { from: string; to: string },
  saying: string,
): Promise<string | null> {
  const words = `--grep=${saying}`;
  const options = [
    "--max-count=1",
    "--format=%H",
    "--no-merges",
    "--fixed-strings",
    words,
    "--no-show-signature",
  ];
  const ends = `${revision(range.from)}..${revision(range.to)}`;
  const result = await git.ask(["log", ...options, "--end-of-options", ends, "--"]);
  return result.code === 0 && result.stdout.trim() !== "" ? result.stdout.trim() : null;
}

/** A file's mode at a tree; that of an ordinary file where it is not there. */
async function modeAt(git: Git, tree: string, path: string): Promise<string> {
  const listed = await git.read(["ls-tree", "-z", "--full-tree", tree, "--", path]);
  return /^100\d{3}/.exec(listed)?.[0] ?? "100644";
}

async function writeBlob(git: Git, text: string): Promise<string> {
  return (await feed(git, ["hash-object", "-w", "--stdin", "--no-filters"], text)).trim();
}

async function feed(git: Git, args: readonly string[], input: string | Buffer): Promise<string> {
  const result = await git.feed(args, { input });
  if (result.code !== 0) throw git.failure(args, result);
  return result.stdout.toString();
}
