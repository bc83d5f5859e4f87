import { refComplaint } from "../domain/gitNames.ts";
import type { Git } from "./git.ts";
import { quietEnvironment } from "./quietEnvironment.ts";

/** How long another machine may show no sign of life, in milliseconds. */
export const NETWORK_MS = 10_000;

const ARGS = ["config", "-z", "--get-regexp", "^(core\\.sshcommand|remote\\..+\\.url)$"];

/**
 * Git for talking to a remote of this repository; null when it has none of that name, or the name is not one that git
 * would take. One process.
 */
export async function gitForRemote(git: Git, remote: string, timeoutMs = NETWORK_MS): Promise<Git | null> {
  if (refComplaint(remote) !== null) return null;
  const result = await git.feed(ARGS);
  // 1: nothing of the kind is set.
  if (result.code !== 0 && result.code !== 1) throw git.failure(ARGS, result);
  const keys = new Set(
    result.stdout
      .toString()
      .split("\0")
      .map((entry) => entry.split("\n")[0]),
  );
  if (!keys.has(`remote.${remote}.url`)) return null;
  const environment = quietEnvironment(git.environment, keys.has("core.sshcommand"));
  return git.with({ timeoutMs, environment, apart: true });
}
