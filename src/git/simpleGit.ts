import { GitError, GitPluginError, type SimpleGit, type SimpleGitOptions, simpleGit } from "simple-git";
import { GitFailure, type GitResult } from "./gitFailure.ts";
import { type GitStart, SAFE_CONFIG } from "./gitProcess.ts";

// Carries a process result through simple-git, which passes on only its own errors.
class Ended extends GitError {
  readonly result: GitResult;

  constructor(result: GitResult) {
    super(undefined, result.stderr);
    this.result = result;
  }
}

/** Git as simple-git calls it. */
export class CalledGit {
  readonly #start: GitStart;
  #simple: SimpleGit | null = null;

  constructor(start: GitStart) {
    this.#start = start;
  }

  /** @throws {GitFailure} when it cannot be run. */
  async call(args: readonly string[]): Promise<GitResult> {
    try {
      this.#simple ??= openSimpleGit(this.#start);
      return { code: 0, stdout: await this.#simple.raw([...args]), stderr: "" };
    } catch (error) {
      if (error instanceof Ended && error.result.code !== null) return error.result;
      throw new GitFailure(this.#ending(args, error), { cause: error });
    }
  }

  #ending(args: readonly string[], error: unknown) {
    const ending = { dir: this.#start.dir, args, code: null, stderr: String(error) };
    if (error instanceof GitPluginError && error.plugin === "timeout") {
      return { ...ending, timedOutAfterMs: this.#start.timeoutMs };
    }
    const spawnError = /\b(E[A-Z]{3,})\b|does not exist/.exec(String(error));
    return { ...ending, spawnError: spawnError ? (spawnError[1] ?? "ENOENT") : undefined };
  }
}

function openSimpleGit({ binary, dir, environment, timeoutMs }: GitStart): SimpleGit {
  const git = simpleGit({
    baseDir: dir,
    binary,
    config: [...SAFE_CONFIG],
    timeout: { block: timeoutMs },
    completion: { onClose: true, onExit: false },
    allowEnvironment: Object.keys(environment),
    unsafe: OWN_SETTINGS,
    errors: (error, { exitCode, stdErr, stdOut }) => {
      if (error instanceof GitPluginError) return error;
      // A status below zero is the system's reason for not starting git at all.
      if (exitCode === 0) return undefined;
      const stderr = Buffer.concat(stdErr).toString();
      return new Ended({
        code: exitCode < 0 ? null : exitCode,
        stdout: Buffer.concat(stdOut).toString(),
        stderr,
      });
    },
  });
  git.env(environment);
  // simple-git waits another 50 ms for a process that printed nothing. Its output is complete when it ends.
  git.outputHandler((_, stdout) => void stdout.once("end", () => stdout.emit("data", Buffer.alloc(0))));
  return git;
}

// simple-git refuses settings and variables that could run programs. Those that are passed here are ours, which turn
// such things off, or the person's own environment, in which git may be set up in any way.
const OWN_SETTINGS: SimpleGitOptions["unsafe"] = {
  allowUnsafeAlias: true,
  allowUnsafeAskPass: true,
  allowUnsafeCommandBinaries: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeCustomBinary: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeDiffTextConv: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafeMergeDriver: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeSubmodule: true,
  allowUnsafeUrlRewrite: true,
};
