import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inProject } from "../support/folders/projectRoot.ts";
import { runProcess } from "../support/processes/runProcess.ts";

interface SmallExtension {
  name: string;
  activationEvents: string[];
  code: string;
}

/** Packs a one-file extension into a .vsix in the folder, and gives its path. */
export async function packSmallExtension(folder: string, extension: SmallExtension): Promise<string> {
  const dir = join(folder, extension.name);
  await mkdir(dir, { recursive: true });
  const { name, activationEvents } = extension;
  const manifest = {
    name,
    publisher: "bench",
    version: "0.0.1",
    license: "MIT",
    engines: { vscode: "^1.100.0" },
    main: "./main.js",
    activationEvents,
  };
  await writeFile(join(dir, "package.json"), JSON.stringify(manifest));
  await writeFile(join(dir, "main.js"), extension.code);
  await writeFile(join(dir, "README.md"), `# ${name}\n`);
  const target = join(folder, `${name}.vsix`);
  const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", target];
  const vsce = inProject("node_modules/@vscode/vsce/vsce");
  const { code, stderr } = await runProcess(process.execPath, [vsce, "package", ...flags], { cwd: dir });
  if (code !== 0) throw new Error(`${name} could not be packaged: ${stderr.trim()}`);
  return target;
}
