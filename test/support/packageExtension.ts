import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { freshFolder } from "./freshFolder.ts";
import { inOut, inProject } from "./projectRoot.ts";
import { runProcess } from "./runProcess.ts";

/** Bytes that people fetch to install it. */
const LARGEST_PACKAGE = 600 * 1024;

let packaged: Promise<string> | undefined;

/**
 * Builds the extension and packs it as "npm run package" does, once in a process; gives the path of the .vsix.
 * DROPCLOCK_TEST_VSIX names one that is packed already.
 */
export function packageExtension(): Promise<string> {
  const { DROPCLOCK_TEST_VSIX: made } = process.env;
  packaged ??= made ? Promise.resolve(made) : pack(join(freshFolder("package").path, "dropclock.vsix"));
  return packaged;
}

/** Builds and packs. What is packed and has grown past its budget is an error. */
async function pack(target: string): Promise<string> {
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  const readme = inOut("package/README.md");
  await mkdir(dirname(readme), { recursive: true });
  await writeFile(readme, withoutPictures(await readFile(inProject("README.md"), "utf8")));
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  flags.push("--readme-path", relative(inProject(), readme));
  const args = [vsce, "package", ...flags, "--out", target];
  const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: inProject() });
  if (code !== 0) throw new Error(`The extension could not be packaged: ${(stderr || stdout).trim()}`);
  const { size } = await stat(target);
  if (size > LARGEST_PACKAGE)
    throw new Error(`${target} has ${size} bytes, and its budget is ${LARGEST_PACKAGE}.`);
  return target;
}

/** The editor shows no picture that lies in the package, only a broken frame in its place. */
const withoutPictures = (readme: string) => readme.replace(/^!\[[^\]]*\]\(media\/[^)]*\)\n\n/gm, "");

// npm run package.
if (import.meta.main) {
  const target = await pack(inProject("dropclock.vsix"));
  console.log(`${target} (${Math.round((await stat(target)).size / 1024)} KB)`);
}
