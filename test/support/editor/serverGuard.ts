// Loaded into the VS Code server ahead of its own code. The server's stdin is a pipe from the process that started
// it, and closes when that process is gone, even by SIGKILL: the one case in which nobody else could clean up.
// Processes that the server forks load this file as well, but have another stdin and are left alone.
if (process.argv[1]?.endsWith("server-main.js")) {
  process.stdin.on("end", endGroup).on("error", endGroup).resume();
}

function endGroup(): void {
  if (process.platform === "win32") process.exit(1);
  process.kill(-process.pid, "SIGKILL");
}
