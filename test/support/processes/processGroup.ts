import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { atExit } from "../folders/atExit.ts";

export type ProcessGroup = {
  pid: number;
  process: ChildProcess;
  /** Settles with the exit code when the first process of the group has ended. */
  exited: Promise<number>;
  stop(): Promise<void>;
};

/**
 * Starts a program that starts others (a server with its workers), so that all of them can be stopped as one.
 * Whoever forgets to stop it leaves no orphan: the group ends with this process.
 */
export function startProcessGroup(command: string, args: string[], env: NodeJS.ProcessEnv): ProcessGroup {
  const child = spawn(command, args, {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own on POSIX; on Windows it would only open a console window.
    detached: process.platform !== "win32",
  });
  const exited = new Promise<number>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 1));
  });
  const pid = child.pid ?? 0;
  const forget = atExit(() => signalGroup(pid, "SIGKILL"));
  const stop = async () => {
    signalGroup(pid, "SIGTERM");
    const patience = setTimeout(() => signalGroup(pid, "SIGKILL"), 5_000);
    await exited;
    clearTimeout(patience);
    // The first process is gone; what it left behind in its group goes too.
    signalGroup(pid, "SIGKILL");
    forget();
  };
  return { pid, process: child, exited, stop };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid === 0) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group, which is what was wanted.
  }
}
