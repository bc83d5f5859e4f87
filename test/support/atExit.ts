import { constants } from "node:os";

const cleanups = new Set<() => void>();
let listening = false;

/**
 * Runs `cleanup` when this process ends, however it ends (SIGKILL apart), and returns the way to take it back.
 * It must be synchronous: nothing asynchronous runs any more by then.
 */
export function atExit(cleanup: () => void): () => void {
  if (!listening) listen();
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

function listen(): void {
  listening = true;
  process.on("exit", runAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

function runAll(): void {
  // The newest first: a process stops before the folder that it writes to is removed.
  for (const cleanup of [...cleanups].reverse()) {
    cleanups.delete(cleanup);
    try {
      cleanup();
    } catch {
      // One cleanup that fails must not keep the others from running.
    }
  }
}
