import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { gitForRemote } from "./remote.ts";
import type { Repository } from "./repository.ts";

export type PushAnswer =
  /** `url`: where the remote itself says to go on, such as to a new merge request. */
  | { pushed: true; url: string | null }
  /** `taken`: the branch is there with other commits. */
  | { pushed: false; taken: boolean; reason: string };

/** How long a push may show no sign of life, in milliseconds. */
const PUSH_MS = 30_000;

const FLAGS = ["--porcelain", "--progress", "--no-verify", "--no-signed", "--recurse-submodules=no"];

/**
 * Sends one commit as one branch, never by force. Whatever the remote says against it is an answer, no exception.
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
    .feed(args)
    .catch((error: Error) => ({ code: null, stdout: Buffer.alloc(0), stderr: error.message }));
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
 * Fetches one ref, and nothing of what a clone's configuration would have a fetch do beside. Gives the reason where it
 * cannot; null: it is here.
 */
export async function fetchRef(
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
    .feed(args)
    .catch(({ message }: Error) => ({ code: 1, stderr: message }));
  return code === 0 ? null : usefulLine(stderr) || "git gave no reason";
}

/** The address that pushes of a remote go to; null where there is none. */
export async function remoteUrl(git: Git, remote: string): Promise<string | null> {
  const { code, stdout } = await git.attempt(["remote", "get-url", "--end-of-options", remote]);
  return code === 0 ? stdout.trim().split("\n")[0]! : null;
}

// A server's own words stand in lines that begin with `remote:`; hooks and hosts say there why they refuse.
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
