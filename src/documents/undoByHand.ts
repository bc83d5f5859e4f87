import type { Drop } from "../domain/drop.ts";
import { shellWord } from "./shellWord.ts";

/** Where the undo goes. */
export interface UndoTarget {
  /** The release branch; null: not known. */
  branch: { name: string; remote: string | null } | null;
  /** Patterns of `rollback.keep` that meet the drop. */
  keep: readonly string[];
  /** The history is cut inside the drop (a shallow clone): that there is no previous drop says nothing. */
  cut?: boolean;
  /** The policy's commands that an undo must pass. */
  checks: readonly string[];
}

/** The commands by which a person takes a drop back without Dropclock; each list is one block for a POSIX shell. */
export interface UndoByHand {
  possible: boolean;
  /** Why not, and what to do then; null where it is possible. */
  because: string | null;
  branch: string;
  folder: string;
  prepare: string[];
  take: string[];
  keep: string[];
  look: string[];
  commit: string[];
  checks: string[];
  publish: string[];
  verify: string[];
  reapply: string[];
  cleanUp: string[];
}

/**
 * The inverse of the drop is one commit that has the previous drop's tree and the drop's commit as its parent. To
 * cherry-pick it is the three-way merge that the undo is: it holds for merges inside the drop and for later drops on
 * top, which a row of `git revert` does not. Commits go by their ids, so that a tag moved since changes nothing.
 */
export function undoByHand(drop: Drop, previous: Drop | null, target: UndoTarget): UndoByHand {
  const slug = slugOf(drop);
  const branch = `undo-${slug}`;
  const folder = `../undo-${slug}`;
  const because = impossible(previous, target);
  if (because !== null || previous === null || target.branch === null)
    return { ...NONE, because, branch, folder };

  const { name, remote } = target.branch;
  const base = shellWord(remote ? `${remote}/${name}` : name);
  const fetch = remote ? [`git fetch ${shellWord(remote)}`] : [];
  const [from, to] = [shellWord(previous.commit), shellWord(drop.commit)];
  const worktree = (purpose: string) => [
    `git worktree add --no-track -b ${purpose}-${slug} ../${purpose}-${slug} ${base}`,
    `cd ../${purpose}-${slug}`,
  ];
  return {
    possible: true,
    because: null,
    branch,
    folder,
    prepare: [
      ...fetch,
      "git rev-parse --is-shallow-repository",
      `git merge-base --is-ancestor ${from} ${to} && echo yes`,
      `git merge-base --is-ancestor ${to} ${base} && echo yes`,
      ...worktree("undo"),
    ],
    take: [
      `inverse=$(git commit-tree -p ${to} -m ${shellWord(`Inverse of ${drop.tag}`)} '${previous.commit}^{tree}')`,
      'git cherry-pick --no-commit "$inverse"',
    ],
    keep: target.keep.map(
      (glob) => `git restore --source=HEAD --staged --worktree -- ${shellWord(`:(top,glob)${glob}`)}`,
    ),
    look: ["git status --short", "git diff --cached --stat"],
    commit: [
      `{ printf '%s\\n\\n' ${shellWord(`Revert ${drop.tag}`)}; git log --format='This reverts commit %H.' ${from}..${to}; } | git commit --file=-`,
    ],
    checks: [...target.checks],
    publish: remote
      ? [`git push --set-upstream ${shellWord(remote)} undo-${slug}`]
      : ["cd -", `git switch ${shellWord(name)}`, `git merge --no-edit undo-${slug}`],
    verify: [...fetch, `git diff --stat ${from} ${base}`],
    reapply: [
      ...fetch,
      ...worktree("reapply"),
      `undo=$(git log -1 --no-merges --format=%H --fixed-strings --grep='This reverts commit ${drop.commit}.' HEAD)`,
      'git revert --no-edit "$undo"',
    ],
    cleanUp: [`git worktree remove ../undo-${slug}`, `git worktree remove ../reapply-${slug}`],
  };
}

const NONE = {
  possible: false,
  prepare: [],
  take: [],
  keep: [],
  look: [],
  commit: [],
  checks: [],
  publish: [],
  verify: [],
  reapply: [],
  cleanUp: [],
} satisfies Partial<UndoByHand>;

function impossible(previous: Drop | null, { branch, cut }: UndoTarget): string | null {
  if (previous === null && cut) {
    return "The history of the clone that this was written in ends inside the drop (it is shallow), so what came before is not known. Fetch the rest with git fetch --unshallow --tags, and write this page again.";
  }
  if (previous === null) {
    return "This is the first drop: there is none before it to go back to. Switch off what it brought by flag or configuration, or fix forward.";
  }
  return branch === null
    ? "The release branch is not known here, so there are no commands to give; open the repository where it is."
    : null;
}

function slugOf({ tag, commit }: Drop): string {
  const slug = tag
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return slug || commit.slice(0, 12);
}
