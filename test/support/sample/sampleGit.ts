import { runProcess } from "../processes/runProcess.ts";

/** The environment of every program that works on a sample: nobody's own git configuration reaches it. */
export function sampleEnvironment(): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(clean), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
}

export async function sampleGit(dir: string, args: string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await runProcess("git", args, {
    cwd: dir,
    env: sampleEnvironment(),
    input,
  });
  if (code === 0) return stdout.trim();
  throw new Error(
    `git ${args[0]} failed in the sample repository: ${stderr.trim() || `it ended with ${code}`}`,
  );
}
