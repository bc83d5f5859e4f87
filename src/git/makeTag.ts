import { fetchRef } from "./push.ts";
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
 * Takes a remote's tag over in place of the one that is here, if it marks the same commit: two that ship at once make
 * two tags of one name. Two processes.
 */
export async function adoptTag(repository: Repository, remote: string, name: string): Promise<boolean> {
  const network = await gitForRemote(repository.git, remote);
  if (!network) return false;
  const ref = `refs/tags/${name}`;
  const listed = await network.feed(["ls-remote", "--end-of-options", remote, ref, `${ref}^{}`]);
  const theirs = listed.stdout.toString().trim().split("\n").at(-1)!.split("\t")[0]!;
  const ours = await repository.git.attempt(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (listed.code !== 0 || ours.code !== 0 || theirs !== ours.stdout.trim()) return false;
  return (await fetchRef(network, remote, `+${ref}:${ref}`)) === null;
}

/** Takes a tag away that this machine alone has. One process. @param name Checked before. */
export async function removeTag({ git }: Repository, name: string): Promise<void> {
  await git.run(["update-ref", "--no-deref", "-d", `refs/tags/${name}`]);
}

/** Every tag that there is, by its short name. One process. */
export async function allTags({ git }: Repository): Promise<string[]> {
  const output = await git.run(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags"]);
  return output.split("\n").filter((name) => name !== "");
}
