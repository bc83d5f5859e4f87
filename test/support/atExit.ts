const cleanups = new Set<() => void>();

/**
 * Runs `cleanup` when this process exits, and returns the way to take it back. It must be synchronous: nothing
 * asynchronous runs any more by then. Signals are left alone, since a handler would make a process that is stuck in
 * a loop deaf to them; what a killed process leaves behind is ended by serverGuard.ts and swept by freshFolder.ts.
 */
export function atExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) process.once("exit", runAll);
  cleanups.add(cleanup);
  return () => {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) process.off("exit", runAll);
  };
}

function runAll(): void {
  // The newest first: a process stops before the folder that it writes to is removed.
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // One cleanup that fails must not keep the others from running.
    }
  }
}
