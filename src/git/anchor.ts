import { refComplaint } from "../domain/text/gitNames.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { CloneSettings } from "./cloneSettings.ts";
import type { Ref, Refs } from "./refs.ts";

/**
 * The remote and the branch that decide for everything that judges, runs, sends or pushes. Known from the clone alone:
 * its configuration and its refs. A work tree, a tag, a pull request and the ledger are written by those who are judged.
 */
export interface Anchor {
  /** Null: the clone has no remote, so nothing is shared. */
  remote: string | null;
  /** The branch's short name; `HEAD` where no branch is checked out and none is known. */
  branch: string;
  ref: string;
  commit: string;
  /** False: nothing was ever fetched from or pushed to the remote, so a branch of this clone stands in for its. */
  published: boolean;
}

/** Why there is no anchor, as one sentence with what to do. */
export interface NoAnchor {
  missing: string;
  /**
   * `no-commits`: there is no commit yet. `remote`: none, or several, match. `default-branch`: the remote has to be asked
   * for its default branch. `branch`: it is not here, but may be fetched.
   */
  code: "no-commits" | "remote" | "default-branch" | "branch";
  remote: string | null;
  /** The branch that is not here; null where not even its name is known. */
  branch: string | null;
}

/** Whether there is an anchor that cannot be read, which is never the same as none yet. */
export const isUnread = (anchor: Anchor | NoAnchor | null): anchor is NoAnchor =>
  anchor !== null && "missing" in anchor && anchor.code !== "no-commits";

/** The anchor of a clone, by its configuration and its refs. */
export function anchorAmong(settings: CloneSettings, refs: Refs): Anchor | NoAnchor {
  const chosen = remoteAmong(settings);
  if (typeof chosen !== "string") return chosen ?? localAnchor(settings, refs, null);
  const remote = chosen;
  const folder = `refs/remotes/${remote}/`;
  const there = refs.refs.filter(({ name }) => name.startsWith(folder));
  const name = settings.branch ?? defaultBranch(there, folder);
  if (name === null) {
    // Before the first push nobody else can have changed anything.
    if (there.length === 0 && refs.refs.some(({ current }) => current))
      return localAnchor(settings, refs, remote);
    return unknownDefault(remote);
  }
  // What is the default branch there is no branch of its own.
  const ref = name === "HEAD" ? undefined : there.find((each) => each.name === `${folder}${name}`);
  if (ref) return { remote, branch: name, ref: ref.name, commit: ref.oid, published: true };
  if (there.length === 0 && refs.refs.some(({ current }) => current))
    return localAnchor(settings, refs, remote);
  return branchNotHere(remote, name);
}

/** For a remote that has answered that it has no branch at all; where nothing is here either, nothing is to go by yet. */
export function noBranchAt(remote: string, { refs }: Refs): Pick<NoAnchor, "missing" | "code"> {
  if (!refs.some(({ name }) => /^refs\/(?:heads|remotes|tags)\//.test(name)))
    return { missing: NO_COMMITS, code: "no-commits" };
  const name = plainText(remote, 60);
  const missing = `${name} has no branch yet; push the first one: git push -u ${name} HEAD:main`;
  return { missing, code: "default-branch" };
}

/** Null: there is none. */
function remoteAmong({ remotes, remote }: CloneSettings): string | NoAnchor | null {
  const none = { code: "remote", branch: null } as const;
  if (remote !== null) {
    if (remotes.includes(remote) && refComplaint(remote) === null) return remote;
    const known = remotes.length > 0 ? `there are: ${shown(remotes)}` : "there is none";
    const missing = `git's dropclock.remote names “${plainText(remote, 60)}”, and there is no such remote (${known}); change it: git config dropclock.remote NAME`;
    return { ...none, missing, remote };
  }
  if (remotes.includes("origin")) return "origin";
  if (remotes.length > 1) {
    const missing = `There are several remotes (${shown(remotes)}) and none is called origin; name the team's: git config dropclock.remote NAME`;
    return { ...none, missing, remote: null };
  }
  const [only] = remotes;
  if (only === undefined) return null;
  if (refComplaint(only) === null) return only;
  const missing = `The remote “${plainText(only, 60)}” has a name that git's refs cannot hold; rename it: git remote rename`;
  return { ...none, missing, remote: only };
}

function defaultBranch(there: readonly Ref[], folder: string): string | null {
  const target = there.find(({ name }) => name === `${folder}HEAD`)?.target;
  return target?.startsWith(folder) ? target.slice(folder.length) : null;
}

function localAnchor({ branch }: CloneSettings, { refs }: Refs, remote: string | null): Anchor | NoAnchor {
  const published = remote === null;
  const heads = refs.filter(({ name }) => name.startsWith(HEADS));
  const find = (name: string) => heads.find((head) => head.name === `${HEADS}${name}`);
  if (heads.length === 0) return { missing: NO_COMMITS, code: "no-commits", remote, branch: null };
  if (branch !== null) {
    const named = find(branch);
    if (named) return { remote, branch, ref: named.name, commit: named.oid, published };
    const missing = `git's dropclock.branch names “${plainText(branch, 60)}”, which is not here (${known(heads)}); change it: git config dropclock.branch NAME`;
    return { missing, code: "branch", remote, branch };
  }
  const head = find("main") ?? find("master") ?? heads.find(({ current }) => current);
  if (head)
    return { remote, branch: head.name.slice(HEADS.length), ref: head.name, commit: head.oid, published };
  const missing = `There is no main or master here, and no current branch with commits; name the branch that is released from (${known(heads)}): git config dropclock.branch NAME`;
  return { missing, code: "branch", remote, branch: null };
}

const HEADS = "refs/heads/";

const NO_COMMITS = "There are no commits yet; make the first one.";

function unknownDefault(remote: string): NoAnchor {
  const name = plainText(remote, 60);
  const missing = `The default branch of ${name} is not known here; ask for it: git remote set-head ${name} --auto`;
  return { missing, code: "default-branch", remote, branch: null };
}

function branchNotHere(remote: string, branch: string): NoAnchor {
  const [name, short] = [plainText(remote, 60), plainText(branch, 60)];
  const missing = `The branch “${short}” of ${name} is not here; fetch it: git fetch ${name} ${short}, or name another one: git config dropclock.branch NAME`;
  return { missing, code: "branch", remote, branch };
}

const shown = (names: readonly string[]) =>
  names
    .slice(0, 5)
    .map((name) => plainText(name, 60))
    .join(", ");

const known = (heads: readonly Ref[]) =>
  heads.length === 0
    ? "there is none"
    : `there are: ${shown(heads.map(({ name }) => name.slice(HEADS.length)))}`;
