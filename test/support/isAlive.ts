/** Whether a process with this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it lives, we only may not signal it.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
