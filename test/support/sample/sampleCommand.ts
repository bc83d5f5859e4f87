import { existsSync } from "node:fs";
import { inProject } from "../folders/projectRoot.ts";
import { runProcess } from "../processes/runProcess.ts";
import { sampleEnvironment } from "./sampleGit.ts";

/** Runs the command line that was built on a repository, as a person would; gives what it printed. */
export async function sampleCommand(
  dir: string,
  args: readonly string[],
  clock: Date | null = null,
): Promise<string> {
  const cli = inProject("dist/cli.js");
  if (!existsSync(cli)) throw new Error('This needs dist/cli.js: run "npm run build" first.');
  const command = [cli, ...args, "-C", dir];
  const { code, stdout, stderr } = await runProcess(process.execPath, command, {
    env: { ...sampleEnvironment(), ...(clock ? { DROPCLOCK_CLOCK: clock.toISOString() } : {}) },
  });
  if (code === 0) return stdout.trim();
  throw new Error(`dropclock ${args.join(" ")} failed in ${dir}: ${stderr.trim() || `exit ${code}`}`);
}
