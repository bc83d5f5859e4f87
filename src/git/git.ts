import { GitFailure, type GitResult } from "./gitFailure.ts";
import { GitProcess, type GitStart, gitEnvironment, Spool } from "./gitProcess.ts";
import type { CalledGit } from "./simpleGit.ts";

export interface GitOptions {
  /** The program; left out: `git` of the PATH. */
  binary?: string | undefined;
  /** Left out: this process's own. */
  environment?: NodeJS.ProcessEnv | undefined;
  /** How long a process may be silent, in milliseconds; left out: 20 s. */
  timeoutMs?: number | undefined;
  /** Git, and all that it starts, gets no terminal to ask on, and ends as a whole when it is stopped. */
  apart?: boolean | undefined;
  /** Variables that git gets in addition to the environment, such as an index file of our own. */
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
  #called: CalledGit | null = null;

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

  /** The environment of its processes, before it is made safe. */
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
   * The same for what every start reads: it does not wait for simple-git to be loaded.
   * @throws {GitFailure} when it cannot be run or its exit status is not 0.
   */
  async read(args: readonly string[]): Promise<string> {
    const result = await this.feed(args);
    if (result.code === 0) return result.stdout.toString();
    throw this.failure(args, result);
  }

  /**
   * Runs git for a caller who judges the exit status.
   * @throws {GitFailure} when it cannot be run.
   */
  async attempt(args: readonly string[]): Promise<GitResult> {
    // What is read first of a repository is read by `feed`, so that nothing waits for this to be loaded.
    const { CalledGit } = await import("./simpleGit.ts");
    this.#called ??= new CalledGit(this.#start);
    return this.#called.call(args);
  }

  /**
   * Runs git on bytes: `input` goes in, the output is collected, or goes to `onData` chunk by chunk. Faster than
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

  /**
   * Starts git and leaves it running, for a conversation.
   * @param spooled Whether its output goes through a temporary file where one can be made: for megabytes of it.
   * @throws {GitFailure} when it cannot be started.
   */
  open(args: readonly string[], onData: (chunk: Buffer) => void, { spooled = false } = {}): GitProcess {
    const spool = spooled ? Spool.make() : null;
    try {
      return new GitProcess(this.#start, args, onData, spool);
    } catch (error) {
      spool?.closeWriter();
      spool?.close();
      // Most reasons come later, from the process; some, such as a folder that is a file, at once.
      const { code: spawnError, message } = error as NodeJS.ErrnoException;
      const ending = { dir: this.dir, args, code: null, stderr: message, spawnError: spawnError ?? message };
      throw new GitFailure(ending, { cause: error });
    }
  }

  /** The error for a result that is not the expected one. */
  failure(args: readonly string[], { code, stderr }: { code: number | null; stderr: string }): GitFailure {
    return new GitFailure({ dir: this.dir, args, code, stderr });
  }
}
