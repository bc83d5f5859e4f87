import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { aptInstall, mayInstall } from "./apt.ts";
import { findChromium } from "./findChromium.ts";

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
  await aptInstall(
    () => (findChromium() === undefined ? ["chromium", ...FONTS] : hasFont() ? [] : FONTS),
    HELP,
  );
  const installed = findChromium();
  if (installed === undefined) throw new Error(HELP);
  return installed;
}

function hasFont(): boolean {
  if (process.platform !== "linux") return true;
  return FONT_FOLDERS.some((folder) => {
    if (!existsSync(folder)) return false;
    return readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|ttc)$/i.test(String(name)));
  });
}
