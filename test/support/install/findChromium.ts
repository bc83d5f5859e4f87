import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "chrome",
];
const MAC = ["Google Chrome", "Chromium", "Microsoft Edge"];
const WINDOWS = [
  "Google/Chrome/Application/chrome.exe",
  "Chromium/Application/chrome.exe",
  "Microsoft/Edge/Application/msedge.exe",
];

/** The browser to test in: the one that CHROME_PATH names, else the first Chromium of this machine. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROME_PATH) return env.CHROME_PATH;
  return candidates(env).find(isExecutable);
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === "darwin")
    return MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  if (process.platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(
      (root) => root !== undefined,
    );
    return roots.flatMap((root) => WINDOWS.map((path) => join(root, path)));
  }
  const folders = [...(env.PATH ?? "").split(delimiter), "/usr/bin", "/snap/bin"].filter(
    (folder) => folder !== "",
  );
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
