import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { inOut, inProject } from "./projectRoot.ts";
import { runProcess } from "./runProcess.ts";

let packaged: Promise<string> | undefined;

/** Packs what dist/ holds into a .vsix, once in a process, and gives its path. */
export function packageExtension(): Promise<string> {
  packaged ??= pack(inOut(`dropclock-${process.pid}.vsix`));
  return packaged;
}

async function pack(target: string): Promise<string> {
  await stat(inProject("dist/extension.js")).catch(() => {
    throw new Error('dist/extension.js is missing: run "npm run build" first.');
  });
  await mkdir(dirname(target), { recursive: true });
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  const args = [vsce, "package", "--no-dependencies", "--allow-missing-repository", "--out", target];
  const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: inProject() });
  if (code !== 0) throw new Error(`The extension could not be packaged: ${(stderr || stdout).trim()}`);
  return target;
}
