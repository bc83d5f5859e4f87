import { existsSync } from "node:fs";
import { inCache } from "../folders/projectRoot.ts";
import { withFileLock } from "../processes/fileLock.ts";
import { runProcess } from "../processes/runProcess.ts";

/** Whether this machine lets us install what the tests need: Debian, as root. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

/**
 * Installs what is missing with apt-get, one process of this machine at a time.
 * @param missing Asked when it is our turn: another process may have installed it meanwhile.
 * @param help What to do where it fails.
 */
export async function aptInstall(missing: () => string[], help: string): Promise<void> {
  await withFileLock(
    inCache("apt.lock"),
    "Waiting for another process that installs packages …",
    async () => {
      const packages = missing();
      if (packages.length === 0) return;
      console.error(`Installing ${packages.join(", ")} with apt-get (once) …`);
      await apt(help, "update");
      await apt(help, "install", "-y", "--no-install-recommends", ...packages);
    },
  );
}

async function apt(help: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt on the machine is waited for, rather than failed upon.
  const { code, stderr } = await runProcess("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
    env,
  });
  if (code === 0) return;
  const reason = stderr.split("\n").find((line) => line.startsWith("E:")) ?? stderr.trim().split("\n").at(-1);
  throw new Error(`apt-get ${args[0]} failed: ${reason}. ${help}`);
}
