import { type RunOptions, type RunResult, runProcess } from "../processes/runProcess.ts";

/** Runs npm: the very npm that started this script where there is one, else the one on the PATH. */
export function runNpm(args: string[], options: RunOptions = {}): Promise<RunResult> {
  const own = process.env.npm_execpath;
  if (own !== undefined && /npm-cli\.c?js$/.test(own)) {
    return runProcess(process.execPath, [own, ...args], options);
  }
  // On Windows npm is a script, which only a shell can start; the arguments here are our own and plain.
  return runProcess("npm", args, { ...options, shell: process.platform === "win32" });
}

/** The environment without what npm tells its scripts about this project, for programs that must not see it. */
export function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(npm_(package|lifecycle|config_local)_?|INIT_CWD$|NODE_OPTIONS$)/i.test(name),
    ),
  );
}
