import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFileLock } from "./fileLock.ts";
import { runNpm, withoutNpm } from "./npm.ts";
import { inCache } from "./projectRoot.ts";

/** code-server 4.139.1 is VS Code 1.139.1: the real workbench and extension host, as a server. */
const VERSION = "4.139.1";

/** Puts the pinned VS Code server in the cache unless it is there, and gives the script that starts it. */
export async function installVscode(): Promise<string> {
  const folder = inCache(`code-server-${VERSION}-${process.platform}-${process.arch}`);
  const main = join(folder, "node_modules/code-server/lib/vscode/out/server-main.js");
  const stamp = join(folder, "complete");
  if (existsSync(stamp)) return main;
  await withFileLock(`${folder}.lock`, "Waiting for another process that installs VS Code …", async () => {
    if (existsSync(stamp)) return;
    console.error(`Installing the VS Code server ${VERSION} (once, 600 MB, under a minute) …`);
    // A folder without its stamp is the rest of an attempt that was cut short.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    await install(folder, [`code-server@${VERSION}`]);
    // The editor inside has dependencies of its own, which the package's install script would fetch and compile;
    // those that matter come prebuilt, so no script has to run.
    await install(join(folder, "node_modules/code-server/lib/vscode"), []);
    await writeFile(stamp, `${new Date().toISOString()}\n`);
  });
  return main;
}

async function install(folder: string, packages: string[]): Promise<void> {
  const flags = [
    "--omit=dev",
    "--ignore-scripts",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--engine-strict=false",
  ];
  const args = ["install", "--prefix", folder, "--loglevel=error", ...flags, ...packages];
  const { code, stdout, stderr } = await runNpm(args, { cwd: folder, env: withoutNpm(process.env) });
  if (code === 0) return;
  const reason =
    `${stderr}\n${stdout}`.split("\n").find((line) => line.trim() !== "") ?? `npm ended with ${code}`;
  throw new Error(`The VS Code server could not be installed from the npm registry: ${reason.trim()}`);
}
