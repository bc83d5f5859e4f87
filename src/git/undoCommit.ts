import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Git } from "./git.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";
import type { UndoTree } from "./undoTree.ts";

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
  { git }: Repository,
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
    // What gives its place away goes first: a file may stand where a folder was.
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

/** Makes a commit that no ref names yet, under the person's own name. One process. */
export async function commitTree(
  { git }: Repository,
  commit: { tree: string; parent: string; message: string },
): Promise<string> {
  const args = ["commit-tree", "-p", commit.parent, "-F", "-", commit.tree];
  return (await feed(git, args, commit.message)).trim();
}

/** What a ref names; null where there is none. One process. @param ref A full name. */
export async function refCommit({ git }: Repository, ref: string): Promise<string | null> {
  const { code, stdout } = await git.attempt([
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
 * @returns False when somebody else has moved it.
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
  const result = await git.attempt(args);
  if (result.code === 0) return true;
  if (/cannot lock ref|reference already exists|but expected/.test(result.stderr)) return false;
  throw git.failure(args, result);
}

/**
 * A branch whose name git cannot have beside another one, for one would be a folder of the other: `dropclock` beside
 * `dropclock/undo-drop-7`. Null where there is none. One process.
 * @param branch A short name that is not there.
 */
export async function branchInTheWay({ git }: Repository, branch: string): Promise<string | null> {
  const [top] = branch.split("/");
  const listed = await git.run(["for-each-ref", "--format=%(refname:lstrip=2)", `refs/heads/${top}`]);
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
  const result = await git.attempt(["log", ...options, "--end-of-options", ends, "--"]);
  return result.code === 0 && result.stdout.trim() !== "" ? result.stdout.trim() : null;
}

/** A file's mode at a tree; that of an ordinary file where it is not there. */
async function modeAt(git: Git, tree: string, path: string): Promise<string> {
  const listed = await git.run(["ls-tree", "-z", "--full-tree", tree, "--", path]);
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
