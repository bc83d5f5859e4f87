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

/** What changes refs, work trees or an index and needs no input: seldom, one after another, and never before a start is over. */
type Change = readonly ["read-tree" | "symbolic-ref" | "update-ref" | "worktree" | "write-tree", ...string[]];

/**
 * Git in one folder, and the one way to it. Arguments go as they are, never through a shell; nothing runs that the
 * repository's own configuration names (hooks, file system monitors); nothing ever asks for a password or opens an
 * editor. What changes the repository goes by simple-git (`run`, `attempt`); what is read, takes input, talks to a
 * remote or goes on for longer is a process of our own (`read`, `ask`, `feed`, `open`).
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
   * Changes the repository, by simple-git, and gives what git printed.
   * @throws {GitFailure} when it cannot be run or its exit status is not 0.
   */
  async run(args: Change): Promise<string> {
    return this.#succeeded(args, await this.attempt(args));
  }

  /**
   * The same for a caller who judges the exit status.
   * @throws {GitFailure} when it cannot be run.
   */
  async attempt(args: Change): Promise<GitResult> {
    const { CalledGit } = await import("./simpleGit.ts");
    this.#called ??= new CalledGit(this.#start);
    return this.#called.call(args);
  }

  /**
   * Reads the repository, and gives what git printed.
   * @throws {GitFailure} when it cannot be run or its exit status is not 0.
   */
  async read(args: readonly string[]): Promise<string> {
    return this.#succeeded(args, await this.ask(args));
  }

  /**
   * The same for a caller who judges the exit status.
   * @throws {GitFailure} when it cannot be run.
   */
  async ask(args: readonly string[]): Promise<GitResult> {
    const result = await this.feed(args, {});
    return { ...result, stdout: result.stdout.toString() };
  }

  /**
   * Runs git on bytes: `input` goes in, what comes out is gathered, or goes to `onData` chunk by chunk.
   * @throws {GitFailure} when it cannot be run.
   */
  async feed(
    args: readonly string[],
    { input, onData }: { input?: string | Buffer; onData?: (chunk: Buffer) => void },
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

  #succeeded(args: readonly string[], result: GitResult): string {
    if (result.code === 0) return result.stdout;
    throw this.failure(args, result);
  }

  /** The error to throw for a result that is not what was hoped for. */
  failure(args: readonly string[], { code, stderr }: { code: number | null; stderr: string }): GitFailure {
    return new GitFailure({ dir: this.dir, args, code, stderr });
  }
}
