import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { format } from "node:util";
import type { Page } from "playwright-core";
import { isolatedEnvironment } from "../git/isolatedEnvironment.ts";
import { launchBrowser } from "../install/browser.ts";
import { startVscodeHost } from "./vscodeHost.ts";

type HostRun = {
  /** The folder of the extension under development. */
  extension: string;
  /** The bundle that exports run(). */
  tests: string;
  /** The folder that the window opens. */
  folder: string;
  /** Where the counts go, and everything else that the extension host prints. */
  results: string;
  consoleLog: string;
  /** "ask": the folder opens in Restricted Mode. */
  trust?: "all" | "ask";
  /** Set for the extension host beside what every test has. */
  env?: NodeJS.ProcessEnv;
};

/** Begins the lines on the extension host's console that are the tests' own; VS Code prints many others there. */
const MARK = "[host-test] ";

/** Native parts that the server does without; it says so again and again. */
const KNOWN_NOISE = /bindings file|watchdog|Service Worker|authentication provider|ENOTFOUND/;
const TIMEOUT_MS = 10 * 60_000;

/** Runs a bundle of tests inside the extension host of a real VS Code and gives its exit code. */
export async function hostRun({
  extension,
  tests,
  folder,
  results,
  consoleLog,
  trust,
  env: more,
}: HostRun): Promise<number> {
  await rm(results, { force: true });
  const env = {
    ...isolatedEnvironment,
    DROPCLOCK_TEST_RESULTS: results,
    DROPCLOCK_TEST_MARK: MARK,
    DROPCLOCK_TEST_COLOR: process.stdout.isTTY ? "1" : "0",
    ...more,
  };
  const [host, browser] = await Promise.all([
    startVscodeHost({ smokeTestDriver: true, env, ...(trust ? { trust } : {}) }),
    launchBrowser(),
  ]);
  const others: string[] = [];
  try {
    const page = await browser.newPage();
    const ended = endOf(page, (line) => others.push(line));
    const remote = `vscode-remote://localhost:${host.port}`;
    const payload: [string, string][] = [
      ["extensionDevelopmentPath", `${remote}${extension}`],
      ["extensionTestsPath", `${remote}${tests}`],
      ["skipWelcome", "true"],
    ];
    await page.goto(host.url(folder, payload), { waitUntil: "commit" });
    const code = await ended;
    if (existsSync(results)) return code;
    const errors = others.filter((line) => line.startsWith("[error]") && !KNOWN_NOISE.test(line)).slice(-3);
    throw new Error(`The tests did not run to their end. ${errors.join("\n") || `See ${consoleLog}.`}`);
  } finally {
    await mkdir(dirname(consoleLog), { recursive: true });
    await writeFile(consoleLog, others.join("\n"));
    await browser.close();
    await host.stop();
  }
}

/** The page calls two functions of ours: one for each line on the extension host's console, one at the end. */
function endOf(page: Page, other: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const log = (type: string, args: unknown[]) => {
      const text = format(...args);
      if (text.startsWith(MARK)) console.log(text.slice(MARK.length));
      else other(`[${type}] ${text}`);
    };
    page.exposeFunction("codeAutomationLog", log).catch(reject);
    page.exposeFunction("codeAutomationExit", resolve).catch(reject);
    page.on("crash", () => reject(new Error("The page that runs the tests crashed.")));
    const minutes = TIMEOUT_MS / 60_000;
    const late = () =>
      reject(new Error(`The tests inside the extension host did not end within ${minutes} minutes.`));
    setTimeout(late, TIMEOUT_MS).unref();
  });
}
