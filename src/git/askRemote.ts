import { refComplaint } from "../domain/text/gitNames.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "./git.ts";
import { fetchRef } from "./push.ts";
import { gitForRemote } from "./remote.ts";

/** What asking a remote came to. `empty`: it has no branch at all. */
export type Asked = "found" | "empty" | { missing: string };

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
  if ((await git.attempt(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`])).code !== 0) {
    const failed = await fetchRef(network, remote, `+refs/heads/${wanted}:${ref}`);
    if (failed !== null)
      return { missing: `The branch “${plainText(wanted, 60)}” cannot be fetched from ${name} (${failed}).` };
  }
  if (branch === null) await git.run(["symbolic-ref", "-m", "dropclock", `refs/remotes/${remote}/HEAD`, ref]);
  return "found";
}

async function remoteHead(
  network: Git,
  remote: string,
): Promise<{ branch: string } | { missing: string } | "empty"> {
  const name = plainText(remote, 60);
  const ask = (...args: string[]) => network.feed(["ls-remote", ...args]).catch(unanswered);
  const head = await ask("--symref", "--end-of-options", remote, "HEAD");
  if (head.code !== 0)
    return { missing: `${name} cannot be reached, so its default branch is not known; try again online.` };
  const target = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(head.stdout.toString())?.[1];
  if (target !== undefined && refComplaint(target) === null) return { branch: target };
  const heads = await ask("--heads", "--end-of-options", remote);
  if (heads.code === 0 && heads.stdout.length === 0) return "empty";
  return {
    missing: `${name} has no default branch; name the one that is released from: git config dropclock.branch NAME`,
  };
}

const unanswered = (error: Error) => ({ code: null, stdout: Buffer.alloc(0), stderr: error.message });
