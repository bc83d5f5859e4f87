import type { TemporaryRepository } from "./temporaryRepository.ts";

/** The tree that an undo has by other means than ours, with git's own commands in a clone's work tree; null: not clean. */
interface Judges {
  /** The inverse of the whole drop, picked onto the branch. */
  picked: string | null;
  /** What came after the drop, picked onto the one before, commit by commit. */
  rest: string | null;
  /** The commits of the drop, reverted one by one. */
  reverted: string | null;
}

/** @param clone A repository for them to work in; its work tree and HEAD are theirs. */
export function judge(clone: TemporaryRepository, ends: { from: string; to: string; on: string }): Judges {
  const { from, to, on } = ends;
  const git = (...args: string[]) => clone.tryGit(["-c", "advice.detachedHead=false", ...args]);
  const start = (commit: string) => {
    git("cherry-pick", "--quit");
    git("revert", "--quit");
    git("reset", "-q", "--hard");
    git("clean", "-q", "-ffdx");
    if (git("checkout", "-q", "-f", "--detach", commit).status !== 0)
      throw new Error(`checkout of ${commit} failed`);
  };
  const line = (range: string[]) =>
    clone
      .git("rev-list", "--first-parent", "--parents", ...range)
      .split("\n")
      .filter(Boolean)
      .map((each) => each.split(" "));
  const mainline = (parents: string[]) => (parents.length > 2 ? ["-m", "1"] : []);

  start(on);
  const inverse = clone.git("commit-tree", "-p", from, "-m", "inverse", `${to}^{tree}`);
  const picked = git("cherry-pick", "--no-commit", inverse).status === 0 ? clone.git("write-tree") : null;

  start(to);
  const keep = ["--allow-empty", "--keep-redundant-commits", "--allow-empty-message"];
  const rest = line(["--reverse", `${from}..${on}`]).every(
    (commit) => git("cherry-pick", ...keep, ...mainline(commit), commit[0]!).status === 0,
  )
    ? clone.git("rev-parse", "HEAD^{tree}")
    : null;

  start(on);
  const reverted = line([`${to}..${from}`]).every((commit) => {
    if (git("revert", "--no-edit", ...mainline(commit), commit[0]!).status === 0) return true;
    // Of a commit that changed nothing there is nothing to revert.
    const empty = git("diff-index", "--quiet", "--cached", "HEAD").status === 0;
    const conflict = git("ls-files", "--unmerged").stdout !== "";
    if (empty && !conflict) git("revert", "--quit");
    return empty && !conflict;
  })
    ? clone.git("rev-parse", "HEAD^{tree}")
    : null;
  start(on);
  return { picked, rest, reverted };
}
