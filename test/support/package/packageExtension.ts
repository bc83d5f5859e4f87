import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { smallerZip } from "../../../.build/smallerZip.mjs";
import { freshFolder } from "../folders/freshFolder.ts";
import { inProject } from "../folders/projectRoot.ts";
import { runNpm, withoutNpm } from "../install/npm.ts";
import { runProcess } from "../processes/runProcess.ts";
import { stagePackage } from "./stagePackage.ts";

/** Bytes that people fetch to install each. */
const LARGEST = { extension: 600 * 1024, npm: 1200 * 1024 };

let packaged: Promise<string> | undefined;

/**
 * Builds the extension and packs it as "npm run package" does, once in a process; gives the path of the .vsix.
 * DROPCLOCK_TEST_VSIX names one that is packed already.
 */
export function packageExtension(): Promise<string> {
  const { DROPCLOCK_TEST_VSIX: made } = process.env;
  packaged ??= made
    ? Promise.resolve(made)
    : packExtension(join(freshFolder("package").path, "dropclock.vsix"));
  return packaged;
}

/** Builds and packs. What is packed and has grown past its budget is an error. */
async function packExtension(target: string): Promise<string> {
  const staged = freshFolder("extension");
  const { repository } = await stagePackage("extension", staged.path);
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  // With a repository it passes as anybody would call it.
  const flags = repository === null ? ["--allow-missing-repository", "--no-rewrite-relative-links"] : [];
  if (process.env.DROPCLOCK_CHANNEL === "pre-release") flags.push("--pre-release");
  const args = [vsce, "package", ...flags, "--out", target];
  const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: staged.path });
  if (code !== 0) throw new Error(`The extension could not be packaged: ${(stderr || stdout).trim()}`);
  staged.remove();
  await writeFile(target, await smallerZip(await readFile(target)));
  return withinBudget(target, LARGEST.extension);
}

/** The command line as a package for npm; gives the path of the tarball in the folder. */
async function packCommandLine(folder: string): Promise<string> {
  const staged = freshFolder("npm");
  await stagePackage("npm", staged.path);
  const args = ["pack", "--json", "--pack-destination", folder];
  const { code, stdout, stderr } = await runNpm(args, { cwd: staged.path, env: withoutNpm(process.env) });
  if (code !== 0) throw new Error(`The command line could not be packed: ${stderr.trim()}`);
  staged.remove();
  const [{ filename }] = JSON.parse(stdout);
  return withinBudget(join(folder, filename), LARGEST.npm);
}

async function withinBudget(file: string, budget: number): Promise<string> {
  const { size } = await stat(file);
  if (size > budget) throw new Error(`${file} has ${size} bytes, and its budget is ${budget}.`);
  return file;
}

// npm run package.
if (import.meta.main) {
  for (const file of [await packExtension(inProject("dropclock.vsix")), await packCommandLine(inProject())])
    console.log(`${file} (${Math.round((await stat(file)).size / 1024)} KB)`);
}
