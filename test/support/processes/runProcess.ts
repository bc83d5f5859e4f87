import { spawn } from "node:child_process";

export type RunOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** "inherit" shows the process's output as it comes; then `stdout` and `stderr` stay empty. */
  output?: "collect" | "inherit";
  input?: string;
  shell?: boolean;
};

export type RunResult = { code: number; stdout: string; stderr: string };

/** Runs a program to its end. A program that cannot be started at all gives code 127, as a shell would say it. */
export function runProcess(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const pipe = options.output === "inherit" ? "inherit" : "pipe";
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: [options.input === undefined ? "ignore" : "pipe", pipe, pipe],
    });
    const result: RunResult = { code: 127, stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      result.stderr += text;
    });
    child.stdin?.on("error", () => {}).end(options.input);
    child.on("error", (error) => resolve({ ...result, stderr: error.message }));
    child.on("close", (code) => resolve({ ...result, code: code ?? 1 }));
  });
}
