import { join } from "node:path";
import { freshFolder } from "./freshFolder.ts";
import { inProject } from "./projectRoot.ts";
import { runProcess } from "./runProcess.ts";

let packaged: Promise<string> | undefined;

/** Builds the extension and packs it as "npm run package" does, once in a process; gives the path of the .vsix. */
export function packageExtension(): Promise<string> {
  packaged ??= pack(join(freshFolder("package").path, "dropclock.vsix"));
  return packaged;
}

async function pack(target: string): Promise<string> {
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const args = [vsce, "package", ...flags, "--out", target];
  const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: inProject() });
  if (code !== 0) throw new Error(`The extension could not be packaged: ${(stderr || stdout).trim()}`);
  return target;
}
