import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freshFolder } from "../folders/freshFolder.ts";
import { inCache } from "../folders/projectRoot.ts";
import { withFileLock } from "../processes/fileLock.ts";
import { runNpm, withoutNpm } from "./npm.ts";

/**
 * code-server 4.139.1 is VS Code 1.139.1: the real workbench and extension host, as a server. DROPCLOCK_TEST_VSCODE names
 * another one, such as 4.105.1: the oldest editor that the extension is for.
 */
const VERSION = process.env.DROPCLOCK_TEST_VSCODE || "4.139.1";
const EDITOR = "node_modules/code-server/lib/vscode";

/** Puts the pinned VS Code server in the cache unless it is there, and gives the script that starts it. */
export async function installVscode(): Promise<string> {
  const folder = inCache(`code-server-${VERSION}-${process.platform}-${process.arch}`);
  const main = join(folder, EDITOR, "out/server-main.js");
  if (existsSync(folder)) return main;
  await withFileLock(`${folder}.lock`, "Waiting for another process that installs VS Code …", async () => {
    if (existsSync(folder)) return;
    console.error(`Installing the VS Code server ${VERSION} (once, 600 MB, under a minute) …`);
    // Made elsewhere and moved in one step: what is in its place is whole, however an attempt ended.
    const { path, remove } = freshFolder("install");
    await writeFile(join(path, "package.json"), '{ "private": true }\n');
    await install(path, [`code-server@${VERSION}`]);
    // The editor inside has dependencies of its own, which the package's install script would fetch and compile;
    // those that matter come prebuilt, so no script has to run.
    await fromRegistry(join(path, EDITOR));
    await install(join(path, EDITOR), []);
    await rename(path, folder);
    remove();
  });
  return main;
}

/**
 * Older servers take one package, the watcher of files, from its repository instead of the registry, which a machine may
 * not reach, and which brings nothing prebuilt. The release that it became does as well.
 */
async function fromRegistry(folder: string): Promise<void> {
  const file = join(folder, "package.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  const foreign = Object.entries<string>(manifest.dependencies).filter(([, range]) => /[/:]/.test(range));
  if (foreign.length === 0) return;
  for (const [name] of foreign) manifest.dependencies[name] = name === "@parcel/watcher" ? "2.5.1" : "latest";
  await writeFile(file, JSON.stringify(manifest));
  // It names the repository too.
  await rm(join(folder, "npm-shrinkwrap.json"), { force: true });
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
  const { code, stderr } = await runNpm(args, { cwd: folder, env: withoutNpm(process.env) });
  if (code === 0) return;
  const lines = stderr.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim());
  const reason = lines
    .filter((line) => line !== "")
    .slice(0, 3)
    .join("; ");
  throw new Error(`The VS Code server could not be installed by npm: ${reason || `it ended with ${code}`}`);
}
