import { spawn } from "node:child_process";

/** Opens an address in the person's browser where there is one; where not, nothing happens. */
export function openUrl(url: string): void {
  const [command, ...args] = opener(process.env);
  if (command === undefined) return;
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => {}).unref();
}

function opener(env: NodeJS.ProcessEnv): string[] {
  if (env.CI || env.BROWSER === "none") return [];
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["explorer.exe"];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : [];
}
