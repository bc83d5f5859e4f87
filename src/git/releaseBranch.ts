import { refComplaint } from "../domain/gitNames.ts";
import { plainText } from "../domain/plainText.ts";
import type { ReleaseBranch } from "../domain/release.ts";
import { isExclusion, nameMatcher, patternWords } from "../domain/tagPattern.ts";
import { compareVersions } from "../domain/version.ts";
import { BRANCHES, listRefs, type Refs } from "./refs.ts";
import type { Repository } from "./repository.ts";

export interface BranchWish {
  /** The policy's branch; null: the remote's default branch, else the current one. */
  branch: string | null;
  /** The remote whose branches tell what was released; null: only the local ones count. */
  remote: string | null;
}

interface Branches {
  local: Map<string, string>;
  remote: Map<string, string>;
  current: string | null;
  remoteDefault: string | null;
}

/**
 * The branch that drops are released from: the remote's where there is one, else the local one. Without a branch
 * (a detached HEAD) it is HEAD itself. One process, a second one on a detached HEAD or before the first commit.
 * @param refs All branches, local and remote, where they were listed before; that saves the first process.
 */
export async function resolveReleaseBranch(
  repository: Repository,
  wish: BranchWish,
  refs: Promise<Refs> = listRefs(repository.git, BRANCHES),
): Promise<ReleaseBranch | { missing: string }> {
  const remote = wish.remote !== null && refComplaint(wish.remote) === null ? wish.remote : null;
  const branches = branchesAmong(await refs, remote);
  const wanted = wish.branch ?? branches.remoteDefault ?? branches.current;
  const found = wanted === null ? null : find(branches, wanted, remote);
  if (found) return found;

  const head = await headCommit(repository);
  if (wish.branch !== null) return { missing: missingBranch(wish.branch, branches, remote, head !== null) };
  if (head !== null) return { name: "HEAD", ref: "HEAD", commit: head };
  const others = shownNames(branches);
  return {
    missing:
      others.length === 0
        ? NO_COMMITS
        : `The current branch has no commits yet; commit, or name one of ${others.join(", ")} as drops.branch in the policy.`,
  };
}

/**
 * The branches that patterns name, in the order of the patterns, those of one pattern by their versions: the remote's
 * where it has any branch, else the local ones. A branch that an undo was made on is none. One process.
 */
export async function resolveReleaseBranches(
  repository: Repository,
  { patterns, remote: named }: { patterns: readonly string[]; remote: string | null },
  refs: Promise<Refs> = listRefs(repository.git, BRANCHES),
): Promise<ReleaseBranch[] | { missing: string }> {
  const remote = named !== null && refComplaint(named) === null ? named : null;
  const branches = branchesAmong(await refs, remote);
  const names = [...(branches.remote.size > 0 ? branches.remote : branches.local).keys()]
    .filter((name) => !name.startsWith("dropclock/"))
    .sort(compareVersions);
  const excluded = patterns.filter(isExclusion);
  const wanted = patterns.filter((pattern) => !isExclusion(pattern));
  const matching = wanted.flatMap((pattern) => names.filter(nameMatcher([pattern, ...excluded])));
  const found = [...new Set(matching)].map((name) => find(branches, name, remote)!);
  return found.length > 0 ? found : { missing: missingBranches(patterns, branches, remote) };
}

const NO_COMMITS = "There are no commits yet; make the first one.";

function branchesAmong({ refs }: Refs, remote: string | null): Branches {
  const folder = `refs/remotes/${remote}/`;
  const branches: Branches = { local: new Map(), remote: new Map(), current: null, remoteDefault: null };
  for (const { name: ref, oid, target, current } of refs) {
    if (ref.startsWith("refs/heads/")) {
      const name = ref.slice("refs/heads/".length);
      branches.local.set(name, oid);
      if (current) branches.current = name;
    } else if (remote !== null && ref.startsWith(folder)) {
      if (ref !== `${folder}HEAD`) branches.remote.set(ref.slice(folder.length), oid);
      else if (target?.startsWith(folder)) branches.remoteDefault = target.slice(folder.length);
    }
  }
  return branches;
}

function find(branches: Branches, name: string, remote: string | null): ReleaseBranch | null {
  const released = branches.remote.get(name);
  if (released) return { name, ref: `refs/remotes/${remote}/${name}`, commit: released };
  const local = branches.local.get(name);
  return local ? { name, ref: `refs/heads/${name}`, commit: local } : null;
}

async function headCommit({ git }: Repository): Promise<string | null> {
  const { code, stdout } = await git.attempt(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  return code === 0 ? stdout.trim() : null;
}

function missingBranch(name: string, branches: Branches, remote: string | null, commits: boolean): string {
  const shown = shownNames(branches);
  if (shown.length === 0 && !commits) return NO_COMMITS;
  const where = remote === null ? "here" : `here or on ${plainText(remote, 60)}`;
  const instead = shown.length > 0 ? `there are: ${shown.join(", ")}` : "there is no branch at all";
  return `The policy's branch “${plainText(name, 60)}” is not ${where}; ${instead}.`;
}

function missingBranches(patterns: readonly string[], branches: Branches, remote: string | null): string {
  const shown = shownNames(branches);
  if (shown.length === 0) return NO_COMMITS;
  const where = remote === null ? "here" : `here or on ${plainText(remote, 60)}`;
  return `No branch ${where} matches “${plainText(patternWords(patterns), 80)}”, the policy's drops.branch; there are: ${shown.join(", ")}.`;
}

function shownNames({ remote, local }: Branches): string[] {
  const names = new Set([...remote.keys(), ...local.keys()]);
  return [...names].slice(0, 5).map((name) => plainText(name, 60));
}
