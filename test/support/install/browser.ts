import { type Browser, chromium } from "playwright-core";
import { installChromium } from "./installChromium.ts";

const FLAGS = [
  "--no-sandbox", // A container as root has no sandbox to offer; only our own loopback pages are opened.
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Small /dev/shm in containers makes big pages crash.
  "--disable-dev-shm-usage",
  // Nothing but this machine: a test that needs the network must not pass by luck, nor wait for it.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** Starts a Chromium without a window. The caller closes it; Playwright ends it with this process in any case. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await installChromium();
  try {
    return await chromium.launch({
      executablePath,
      args: FLAGS,
      headless: process.env.SHOW_BROWSER === undefined,
    });
  } catch (error) {
    const lines = String((error as Error).message).split("\n");
    const reason =
      lines.find((line) => /error while loading|Missing|ENOENT|cannot open/i.test(line)) ?? lines[0];
    throw new Error(`Chromium (${executablePath}) could not be started: ${reason?.trim()}`);
  }
}
