import { refComplaint } from "../domain/text/gitNames.ts";
import type { Git } from "./git.ts";

/** How long another machine may be silent, in milliseconds. */
export const NETWORK_MS = 10_000;

const ARGS = ["config", "-z", "--get-regexp", "^(core\\.sshcommand|remote\\..+\\.(url|pushurl))$"];

export interface RemoteAccess {
  /** Git for talking to it. */
  git: Git;
  /**
   * What to pass to git: the remote's name, or its push address if that differs from the one it
   * is fetched from. The ledger is read where it is written, because a mirror may lag behind.
   */
  address: string;
}

/**
 * The way to a remote of this repository; null when it has none of that name, or the name is not one that git would
 * take. One process.
 */
export async function accessTo(
  git: Git,
  remote: string,
  timeoutMs = NETWORK_MS,
): Promise<RemoteAccess | null> {
  if (refComplaint(remote) !== null) return null;
  const result = await git.ask(ARGS);
  // 1: nothing of the kind is set.
  if (result.code !== 0 && result.code !== 1) throw git.failure(ARGS, result);
  const settings = new Map<string, string>();
  for (const entry of result.stdout.split("\0")) {
    const lineBreak = entry.indexOf("\n");
    const key = lineBreak < 0 ? entry : entry.slice(0, lineBreak);
    if (!settings.has(key)) settings.set(key, lineBreak < 0 ? "" : entry.slice(lineBreak + 1));
  }
  if (!settings.has(`remote.${remote}.url`)) return null;
  const environment = quietEnvironment(git.environment, settings.has("core.sshcommand"));
  const address = settings.get(`remote.${remote}.pushurl`) || remote;
  return { git: git.with({ timeoutMs, environment, apart: true }), address };
}

/** Git for talking to a remote; null where there is no such remote. One process. */
export const gitForRemote = async (git: Git, remote: string, timeoutMs = NETWORK_MS): Promise<Git | null> =>
  (await accessTo(git, remote, timeoutMs))?.git ?? null;

/** Where a remote is fetched from and pushed to, as git rewrites it; none where there is no such remote. */
export async function remoteAddresses(git: Git, remote: string): Promise<string[]> {
  const asked = [[], ["--push"]].map((kind) =>
    git.ask(["remote", "get-url", "--all", ...kind, "--end-of-options", remote]),
  );
  return (await Promise.all(asked)).flatMap(({ code, stdout }) =>
    code === 0 ? stdout.split("\n").filter((line) => line !== "") : [],
  );
}

/**
 * The environment for git when it talks to another machine: it fails where it would ask a person, because most of the
 * time nobody is there to answer, and a window that pops up in the middle of an incident is the last thing needed.
 * @param ownSsh The configuration names the ssh program, so its arguments are left alone.
 */
function quietEnvironment(base: NodeJS.ProcessEnv, ownSsh: boolean): NodeJS.ProcessEnv {
  const chosen = ownSsh || base.GIT_SSH_COMMAND || base.GIT_SSH;
  return {
    ...base,
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
    // Set but empty, it overrides all others. A pipeline's own helper answers without asking anyone.
    ...(base.CI ? {} : { GIT_ASKPASS: "" }),
    ...(chosen ? {} : { GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=10" }),
  };
}
