import { GitError, GitPluginError, type SimpleGit, type SimpleGitOptions, simpleGit } from "simple-git";
import { gitEnvironment, SAFE_CONFIG } from "./environment.ts";
import { GitFailure, type GitResult } from "./gitFailure.ts";
import { GitProcess, type GitStart } from "./gitProcess.ts";

export interface GitOptions {
  /** The program; left out: `git` of the PATH. */
  binary?: string | undefined;
  /** Left out: this process's own. */
  environment?: NodeJS.ProcessEnv | undefined;
  /** How long a process may show no sign of life, in milliseconds; left out: 20 s. */
  timeoutMs?: number | undefined;
  /** Git, and all that it starts, gets no terminal to ask on, and ends as a whole when it is stopped. */
  apart?: boolean | undefined;
  /** Variables that git gets whatever the environment says, such as an index file of our own. */
  variables?: Readonly<Record<string, string>> | undefined;
}

/**
 * Git in one folder. Arguments go as they are, never through a shell; nothing runs that the repository's own
 * configuration names (hooks, file system monitors); nothing ever asks for a password or opens an editor.
 */
export class Git {
  readonly dir: string;
  readonly #options: GitOptions;
  readonly #start: GitStart;
  #simple: SimpleGit | null = null;

  constructor(dir: string, options: GitOptions = {}) {
    this.dir = dir;
    this.#options = options;
    this.#start = {
      binary: options.binary ?? "git",
      dir,
      environment: { ...gitEnvironment(options.environment ?? process.env), ...options.variables },
      timeoutMs: options.timeoutMs ?? 20_000,
      apart: options.apart ?? false,
    };
  }

  /** The same git in another folder. */
  at(dir: string): Git {
    return dir === this.dir ? this : new Git(dir, this.#options);
  }

  /** The same git in the same folder, some options changed. */
  with(options: GitOptions): Git {
    return new Git(this.dir, { ...this.#options, ...options });
  }

  /** What its processes inherit, before it is made safe. */
  get environment(): NodeJS.ProcessEnv {
    return this.#options.environment ?? process.env;
  }

  /**
   * Runs git and gives what it printed.
   * @throws {GitFailure} when it cannot be run or its exit status is not 0.
   */
  async run(args: readonly string[]): Promise<string> {
    const result = await this.attempt(args);
    if (result.code === 0) return result.stdout;
    throw this.failure(args, result);
  }

  /**
   * Runs git for a caller who judges the exit status.
   * @throws {GitFailure} when it cannot be run.
   */
  async attempt(args: readonly string[]): Promise<GitResult> {
    try {
      this.#simple ??= openSimpleGit(this.#start);
      return { code: 0, stdout: await this.#simple.raw([...args]), stderr: "" };
    } catch (error) {
      if (error instanceof Ended && error.result.code !== null) return error.result;
      throw new GitFailure(this.#ending(args, error), { cause: error });
    }
  }

  /**
   * Runs git on bytes: `input` goes in, what comes out is gathered, or goes to `onData` chunk by chunk. Faster than
   * `attempt` by some milliseconds.
   * @throws {GitFailure} when it cannot be run.
   */
  async feed(
    args: readonly string[],
    { input, onData }: { input?: string | Buffer; onData?: (chunk: Buffer) => void } = {},
  ): Promise<GitResult<Buffer>> {
    const chunks: Buffer[] = [];
    const process = this.open(args, onData ?? ((chunk) => chunks.push(chunk)));
    process.end(input);
    return { ...(await process.ended), stdout: Buffer.concat(chunks) };
  }

  /** Starts git and leaves it running, for a conversation. */
  open(args: readonly string[], onData: (chunk: Buffer) => void): GitProcess {
    return new GitProcess(this.#start, args, onData);
  }

  /** The error to throw for a result that is not what was hoped for. */
  failure(args: readonly string[], { code, stderr }: { code: number | null; stderr: string }): GitFailure {
    return new GitFailure({ dir: this.dir, args, code, stderr });
  }

  #ending(args: readonly string[], error: unknown) {
    const ending = { dir: this.dir, args, code: null, stderr: String(error) };
    if (error instanceof GitPluginError && error.plugin === "timeout") {
      return { ...ending, timedOutAfterMs: this.#start.timeoutMs };
    }
    const spawnError = /\b(E[A-Z]{3,})\b|does not exist/.exec(String(error));
    return { ...ending, spawnError: spawnError ? (spawnError[1] ?? "ENOENT") : undefined };
  }
}

// How a process ended, on its way through simple-git, which lets nothing but its own errors pass.
class Ended extends GitError {
  readonly result: GitResult;

  constructor(result: GitResult) {
    super(undefined, result.stderr);
    this.result = result;
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
