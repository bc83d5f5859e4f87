import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { SAFE_CONFIG } from "./environment.ts";
import { GitFailure } from "./gitFailure.ts";
import type { Spool } from "./spool.ts";

/** How to start git. */
export interface GitStart {
  binary: string;
  dir: string;
  environment: Record<string, string>;
  /** How long a process may show no sign of life, in milliseconds. */
  timeoutMs: number;
  /** Whether git and all that it starts are apart from this terminal, and end together. */
  apart: boolean;
}

type Child = ChildProcess & { stdin: Writable; stdout: Readable | null; stderr: Readable };

/** How long a process that was told to end may take for it. */
const GRACE_MS = 500;
const LONGEST_STDERR = 64 * 1024;

/** A running git, for what is fed or read as bytes. Output goes to `onData` as it comes. */
export class GitProcess {
  readonly pid: number | undefined;
  /** Resolves when it has ended, whatever its exit status. @throws {GitFailure} when it never ran or was stopped. */
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  readonly #child: Child;
  readonly #apart: boolean;

  /** @param spool Where its output goes on its way to `onData`; null: through a pipe. It is closed at the end. */
  constructor(
    start: GitStart,
    args: readonly string[],
    onData: (chunk: Buffer) => void,
    spool: Spool | null = null,
  ) {
    const settings = SAFE_CONFIG.flatMap((setting) => ["-c", setting]);
    this.#apart = start.apart && process.platform !== "win32";
    this.#child = spawn(start.binary, [...settings, ...args], {
      cwd: start.dir,
      env: start.environment,
      windowsHide: true,
      detached: this.#apart,
      stdio: ["pipe", spool?.writer ?? "pipe", "pipe"],
    }) as Child;
    if (!this.#child.stdin) throw outOfFiles(this.#child);
    spool?.closeWriter();
    this.pid = this.#child.pid;
    this.ended = this.#watch(start, args, onData, spool);
    // Whoever asks for it gets the failure; nobody asking is no reason to bring the process down.
    this.ended.catch(() => {});
  }

  /** False when git takes it more slowly than it comes; `drained` then tells when to go on. */
  write(input: string | Buffer): boolean {
    return this.#child.stdin.write(input);
  }

  /** Tells git that no more comes. */
  end(input?: string | Buffer): void {
    if (input === undefined) this.#child.stdin.end();
    else this.#child.stdin.end(input);
  }

  /** Ends it early. With SIGTERM git removes its lock files by itself. */
  stop(): void {
    this.#signal("SIGTERM");
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#apart && this.pid !== undefined) process.kill(-this.pid, signal);
      else this.#child.kill(signal);
    } catch {
      // It has ended meanwhile.
    }
  }

  // A program that git has started may hold its output open for as long as it likes, so nobody waits for that.
  #end(): void {
    const { stdin, stdout, stderr } = this.#child;
    this.stop();
    const end = () => {
      this.#signal("SIGKILL");
      for (const stream of [stdin, stdout, stderr]) stream?.destroy();
    };
    const timer = setTimeout(end, GRACE_MS);
    this.#child.once("close", () => clearTimeout(timer));
  }

  #watch(
    { dir, timeoutMs }: GitStart,
    args: readonly string[],
    onData: (chunk: Buffer) => void,
    spool: Spool | null,
  ) {
    const child = this.#child;
    return new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
      let stderr = "";
      let timedOut = false;
      let fault: unknown;
      const stop = () => {
        timedOut = true;
        this.#end();
      };
      const timer = setTimeout(stop, timeoutMs);
      const take = (chunk: Buffer) => {
        timer.refresh();
        if (fault !== undefined) return;
        try {
          onData(chunk);
        } catch (error) {
          fault = error;
          child.kill();
        }
      };
      child.stdout?.on("data", take);
      child.stderr.on("data", (chunk: Buffer) => {
        timer.refresh();
        if (stderr.length < LONGEST_STDERR) stderr += chunk.toString();
      });
      // A process that ends without reading all of its input is judged by its exit status.
      child.stdin.on("error", () => {});
      child.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(new GitFailure({ dir, args, code: null, stderr, spawnError: error.code ?? error.message }));
      });
      const closed = new Promise<number | null>((ended) => child.on("close", ended));
      const finish = async () => {
        try {
          await spool?.follow(take, closed);
        } catch (error) {
          fault ??= error;
          child.kill();
        }
        const code = await closed;
        clearTimeout(timer);
        if (fault !== undefined) throw fault;
        if (timedOut) throw new GitFailure({ dir, args, code, stderr, timedOutAfterMs: timeoutMs });
        return { code, stderr };
      };
      finish().then(resolve, reject);
    });
  }
}

// Where no more files can be opened, Node makes no streams, and says why only later, to whoever listens.
function outOfFiles(child: ChildProcess): Error {
  child.on("error", () => {});
  return Object.assign(new Error("too many open files"), { code: "EMFILE" });
}
