import { refComplaint } from "../domain/text/gitNames.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { gitForRemote } from "./remote.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** A person may have to enter the passphrase of a key. Milliseconds. */
const SIGNING_MS = 120_000;

/**
 * Makes an annotated tag, signed where git is set up to sign tags. One process.
 * @param name Checked before.
 * @throws {GitFailure} when there is one of this name, or git knows no identity.
 */
export async function makeTag(
  { git }: Repository,
  name: string,
  commit: string,
  message: string,
): Promise<void> {
  const args = [
    "tag",
    "--annotate",
    "--file=-",
    "--cleanup=verbatim",
    "--end-of-options",
    name,
    revision(commit),
  ];
  const result = await git.with({ timeoutMs: SIGNING_MS }).feed(args, { input: message });
  if (result.code !== 0) throw git.failure(args, result);
}

/**
 * Replaces the tag here by the remote's, if it marks the same commit: two people who ship at once make
 * two tags of one name. Two processes.
 */
export async function adoptTag(repository: Repository, remote: string, name: string): Promise<boolean> {
  const network = await gitForRemote(repository.git, remote);
  if (!network) return false;
  const ref = `refs/tags/${name}`;
  const listed = await network.ask(["ls-remote", "--end-of-options", remote, ref, `${ref}^{}`]);
  const theirs = listed.stdout.trim().split("\n").at(-1)!.split("\t")[0]!;
  const ours = await repository.git.ask(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (listed.code !== 0 || ours.code !== 0 || theirs !== ours.stdout.trim()) return false;
  return (await fetchRef(network, remote, `+${ref}:${ref}`)) === null;
}

/** Whether a remote has a tag of this name; null: it cannot be asked. One process. */
export async function hasTag({ git }: Repository, remote: string, name: string): Promise<boolean | null> {
  const network = await gitForRemote(git, remote);
  if (!network) return null;
  const args = ["ls-remote", "--quiet", "--tags", "--end-of-options", remote, `refs/tags/${name}`];
  const { code, stdout } = await network.ask(args).catch(unanswered);
  return code === 0 ? stdout.length > 0 : null;
}

/** Deletes a tag that only this machine has. One process. @param name Checked before. */
export async function removeTag({ git }: Repository, name: string): Promise<void> {
  await git.run(["update-ref", "--no-deref", "-d", `refs/tags/${name}`]);
}

/** Every tag, by its short name. One process. */
export async function allTags({ git }: Repository): Promise<string[]> {
  const output = await git.read(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags"]);
  return output.split("\n").filter((name) => name !== "");
}

/** The remote's answer. `empty`: it has no branch at all. */
type Asked = "found" | "empty" | { missing: string };

/**
 * Asks a remote for its default branch, has the clone remember that as git itself does, and fetches the branch where it
 * is not here.
 * @param branch The branch's name, where the configuration gives it.
 */
export async function askRemote(git: Git, remote: string, branch: string | null): Promise<Asked> {
  const name = plainText(remote, 60);
  const network = await gitForRemote(git, remote);
  if (!network) return { missing: `There is no remote ${name}.` };
  const head = branch === null ? await remoteHead(network, remote) : { branch };
  if (head === "empty" || "missing" in head) return head;
  const wanted = head.branch;
  const ref = `refs/remotes/${remote}/${wanted}`;
  if ((await git.ask(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`])).code !== 0) {
    const isName = refComplaint(wanted) === null;
    const failed = isName
      ? await fetchRef(network, remote, `+refs/heads/${wanted}:${ref}`)
      : "git allows no branch of that name";
    if (failed !== null) {
      const wayOut = branch === null ? "try again online" : BRANCH_BY_NAME;
      const missing = `The branch “${plainText(wanted, 60)}” cannot be fetched from ${name} (${failed}); ${wayOut}.`;
      return { missing };
    }
  }
  if (branch === null) await git.run(["symbolic-ref", "-m", "dropclock", `refs/remotes/${remote}/HEAD`, ref]);
  return "found";
}

const BRANCH_BY_NAME = "where it is called otherwise there, name it: git config dropclock.branch NAME";

async function remoteHead(
  network: Git,
  remote: string,
): Promise<{ branch: string } | { missing: string } | "empty"> {
  const name = plainText(remote, 60);
  const ask = (...args: string[]) => network.ask(["ls-remote", ...args]).catch(unanswered);
  const head = await ask("--symref", "--end-of-options", remote, "HEAD");
  if (head.code !== 0)
    return { missing: `${name} cannot be reached, so its default branch is not known; try again online.` };
  const target = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(head.stdout)?.[1];
  if (target !== undefined && refComplaint(target) === null) return { branch: target };
  const heads = await ask("--heads", "--end-of-options", remote);
  if (heads.code === 0 && heads.stdout.length === 0) return "empty";
  return {
    missing: `${name} has no default branch; name the one that is released from: git config dropclock.branch NAME`,
  };
}

const unanswered = (error: Error) => ({ code: null, stdout: "", stderr: error.message });

type PushAnswer =
  /** `url`: where the remote says to continue, such as a new merge request. */
  | { pushed: true; url: string | null }
  /** `taken`: the branch is there with other commits. */
  | { pushed: false; taken: boolean; reason: string };

/** How long a push may be silent, in milliseconds. */
const PUSH_MS = 30_000;

const FLAGS = ["--porcelain", "--progress", "--no-verify", "--no-signed", "--recurse-submodules=no"];

/**
 * Pushes one commit as one branch, never by force. A refusal of the remote is an answer, not an exception.
 * @param branch A short name, checked before.
 */
export const pushBranch = (repository: Repository, remote: string, branch: string, commit: string) =>
  pushRef(repository, remote, `${commit}:refs/heads/${branch}`);

/** The same for a tag that is here; one that is there already under this name is `taken`. */
export const pushTag = (repository: Repository, remote: string, tag: string) =>
  pushRef(repository, remote, `refs/tags/${tag}:refs/tags/${tag}`);

async function pushRef({ git }: Repository, remote: string, refspec: string): Promise<PushAnswer> {
  const network = await gitForRemote(git, remote, PUSH_MS);
  if (!network) return { pushed: false, taken: false, reason: `there is no remote ${remote}` };
  const args = ["push", ...FLAGS, "--end-of-options", remote, refspec];
  const { code, stdout, stderr } = await network
    .ask(args)
    .catch((error: Error) => ({ code: null, stdout: "", stderr: error.message }));
  if (code === 0) return { pushed: true, url: urlIn(stderr) };
  const line = stdout
    .toString()
    .split("\n")
    .find((each) => each.startsWith("!"));
  const summary = /\(([^)]*)\)\s*$/.exec(line ?? "")?.[1];
  const taken = /fetch first|non-fast-forward|stale info|already exists/.test(summary ?? "");
  return { pushed: false, taken, reason: reasonOf(summary, stderr) };
}

/**
 * Brings a branch of the remote to where clones keep it. Gives the reason where it cannot.
 * @param tags Whether the tags on it come too; one that is here already stays as it is.
 */
export async function fetchBranch(
  { git }: Repository,
  remote: string,
  branch: string,
  { tags = false } = {},
): Promise<string | null> {
  const network = await gitForRemote(git, remote);
  if (!network) return `there is no remote ${plainText(remote, 60)}`;
  return fetchRef(network, remote, `+refs/heads/${branch}:refs/remotes/${remote}/${branch}`, { tags });
}

/**
 * Fetches one ref, and nothing else that a clone's configuration adds to a fetch. Gives the reason if it
 * cannot; null: it is here.
 */
async function fetchRef(
  network: Git,
  remote: string,
  refspec: string,
  { tags = false } = {},
): Promise<string | null> {
  const flags = [
    ...(tags ? [] : ["--no-tags"]),
    "--no-prune",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
  ];
  const args = ["fetch", ...flags, "--refmap=", "--end-of-options", remote, refspec];
  const { code, stderr } = await network
    .ask(args)
    .catch(({ message }: Error) => ({ code: 1, stderr: message }));
  return code === 0 ? null : usefulLine(stderr) || "git gave no reason";
}

/** The address that pushes of a remote go to; null where there is none. */
export async function remoteUrl(git: Git, remote: string): Promise<string | null> {
  const { code, stdout } = await git.ask(["remote", "get-url", "--end-of-options", remote]);
  return code === 0 ? stdout.trim().split("\n")[0]! : null;
}

// A server's own messages are lines that begin with `remote:`; hooks and hosts say there why they refuse.
function reasonOf(summary: string | undefined, stderr: string): string {
  const said = stderr
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim())
    .filter((line) => /\w/.test(line) && !/^(?:Enumerating|Counting|Compressing|Resolving|Total)/.test(line));
  const own = usefulLine(
    stderr.replace(/^(?:remote:|To ).*$/gm, "").replace(/^error: failed to push.*$/gm, ""),
  );
  return [summary, ...said.slice(0, 3)].filter(Boolean).join(": ") || own || "git gave no reason";
}

const urlIn = (stderr: string) => /^remote:.*?(https?:\/\/[^\s\p{Cc}"'<>]+)/mu.exec(stderr)?.[1] ?? null;
