import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { withFileLock } from "./fileLock.ts";
import { findChromium } from "./findChromium.ts";
import { inCache } from "./projectRoot.ts";
import { runProcess } from "./runProcess.ts";

const HELP =
  "No Chromium was found: install Chromium or Chrome (on Debian: apt-get install chromium fonts-dejavu-core), or set CHROME_PATH to one.";
// Without a font the screenshots show boxes; the minimal Debian images have none.
const FONTS = ["fonts-dejavu-core", "fonts-liberation"];
const FONT_FOLDERS = [
  "/usr/share/fonts",
  "/usr/local/share/fonts",
  `${homedir()}/.fonts`,
  `${homedir()}/.local/share/fonts`,
];

/** The browser's path; on Debian as root a missing browser or font is installed, elsewhere the error says what to do. */
export async function installChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined && (hasFont() || !mayInstall())) return found;
  if (!mayInstall()) throw new Error(HELP);
  await withFileLock(
    inCache("apt.lock"),
    "Waiting for another process that installs Chromium …",
    async () => {
      const packages = findChromium() === undefined ? ["chromium", ...FONTS] : FONTS;
      console.error(`Installing ${packages.join(", ")} with apt-get (once) …`);
      await apt("update");
      await apt("install", "-y", "--no-install-recommends", ...packages);
    },
  );
  const installed = findChromium();
  if (installed === undefined) throw new Error(HELP);
  return installed;
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

function hasFont(): boolean {
  if (process.platform !== "linux") return true;
  return FONT_FOLDERS.some((folder) => {
    if (!existsSync(folder)) return false;
    return readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|ttc)$/i.test(String(name)));
  });
}

async function apt(...args: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt on the machine is waited for, rather than failed upon.
  const { code, stderr } = await runProcess("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
    env,
  });
  if (code === 0) return;
  const reason = stderr.split("\n").find((line) => line.startsWith("E:")) ?? stderr.trim().split("\n").at(-1);
  throw new Error(`apt-get ${args[0]} failed: ${reason}. ${HELP}`);
}
