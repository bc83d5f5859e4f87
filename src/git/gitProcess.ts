import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { GitFailure } from "./gitFailure.ts";

/** How to start git. */
export interface GitStart {
  binary: string;
  dir: string;
  environment: Record<string, string>;
  /** How long a process may show no sign of life, in milliseconds. */
  timeoutMs: number;
  /** Whether git and all that it starts are detached from this terminal, and end together. */
  apart: boolean;
}

type Child = ChildProcess & { stdin: Writable; stdout: Readable | null; stderr: Readable };

/** How long a process may take to end once it is told to. */
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
    // Callers that await it get the failure; without one, it must not end this program.
    this.ended.catch(() => {});
  }

  /** False when git reads more slowly than this writes; `drained` then says when to continue. */
  write(input: string | Buffer): boolean {
    return this.#child.stdin.write(input);
  }

  /** Tells git that no more comes. */
  end(input?: string | Buffer): void {
    if (input === undefined) this.#child.stdin.end();
    else this.#child.stdin.end(input);
  }

  /** Stops it early. On SIGTERM git removes its own lock files. */
  stop(): void {
    this.#signal("SIGTERM");
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#apart && this.pid !== undefined) process.kill(-this.pid, signal);
      // Windows knows no groups: what git has started goes by the system's own tool, while git is still there.
      else if (process.platform === "win32" && this.pid !== undefined)
        spawn("taskkill", ["/pid", String(this.pid), "/t", "/f"], { stdio: "ignore" }).on("error", () =>
          this.#child.kill(signal),
        );
      else this.#child.kill(signal);
    } catch {
      // It has ended meanwhile.
    }
  }

  // A program that git has started may keep its output open forever, so this does not wait for it.
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

// If no more files can be opened, Node makes no streams, and reports the reason only later, to listeners.
function outOfFiles(child: ChildProcess): Error {
  child.on("error", () => {});
  return Object.assign(new Error("too many open files"), { code: "EMFILE" });
}

// What would point git at another place than the folder it is started in, change what it prints, or make it run a
// program or wait for a person. Everything else, such as credential helpers and identities, is the person's own.
const DROPPED = new Set([
  "EDITOR",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_ATTR_SOURCE",
  "GIT_AUTHOR_DATE",
  "GIT_COMMITTER_DATE",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIFF_OPTS",
  "GIT_DIR",
  "GIT_EDITOR",
  "GIT_EXTERNAL_DIFF",
  "GIT_FLUSH",
  "GIT_GLOB_PATHSPECS",
  "GIT_GRAFT_FILE",
  "GIT_ICASE_PATHSPECS",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NAMESPACE",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PAGER",
  "GIT_PREFIX",
  "GIT_QUARANTINE_PATH",
  "GIT_REPLACE_REF_BASE",
  "GIT_SEQUENCE_EDITOR",
  "GIT_SHALLOW_FILE",
  "GIT_TEMPLATE_DIR",
  "GIT_WORK_TREE",
  "LANGUAGE",
  "PAGER",
  "VISUAL",
]);

/** The environment for every git process: the given one, without what would make git do something else than asked. */
export function gitEnvironment(base: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    const upper = name.toUpperCase();
    if (value !== undefined && !DROPPED.has(upper) && !upper.startsWith("GIT_TRACE"))
      environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: "C",
    GIT_EDITOR: ":",
    GIT_PAGER: "cat",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // An object is what its hash says: whoever may push refs can push refs/replace too, and grafts are local only.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_GRAFT_FILE: devNull,
    // Paths are literal: `*` and `:` have no special meaning.
    GIT_LITERAL_PATHSPECS: "1",
  };
}

// Hooks named in a configuration (git 2.54 and newer) also run with an empty hooks folder.
const HOOKS = [
  "commit-msg",
  "post-checkout",
  "post-commit",
  "post-index-change",
  "post-merge",
  "post-rewrite",
  "pre-auto-gc",
  "pre-commit",
  "pre-merge-commit",
  "pre-push",
  "prepare-commit-msg",
  "reference-transaction",
];

/** Settings for every git process, so that nothing runs which the repository's own configuration names. */
export const SAFE_CONFIG: readonly string[] = [
  "core.fsmonitor=false",
  `core.hooksPath=${devNull}`,
  "log.showSignature=false",
  ...HOOKS.map((hook) => `hook.${hook}.enabled=false`),
];

/** How much is read between two turns of the event loop, in bytes. */
const CHUNK = 256 * 1024;

const POLL_MS = 2;

/**
 * An unnamed temporary file that a process writes and that is read while it grows. What Node gives a process as a
 * pipe is a socket: tens of megabytes take three times as long through it, and the writer waits whenever it is full.
 */
export class Spool {
  /** For the process to write to. */
  readonly writer: number;
  readonly #reader: number;
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
    this.writer = openSync(path, "wx", 0o600);
    try {
      // A separate handle: on Windows reading at a position would move the writer's position.
      this.#reader = openSync(path, "r");
    } catch (error) {
      this.closeWriter();
      this.#unname();
      throw error;
    }
  }

  /** Null where no temporary file can be made. */
  static make(): Spool | null {
    try {
      const spool = new Spool(join(tmpdir(), `dropclock-${randomUUID()}`));
      spool.#unname();
      return spool;
    } catch {
      return null;
    }
  }

  /**
   * Gives what is written, chunk by chunk, until the writer has ended and all is read, then closes the file. A chunk
   * is valid until the callback returns: new memory for each would cause constant garbage collection.
   */
  async follow(onData: (chunk: Buffer) => void, ended: Promise<unknown>): Promise<void> {
    let writing = true;
    ended.finally(() => {
      writing = false;
    });
    try {
      const space = Buffer.allocUnsafeSlow(CHUNK);
      for (let at = 0; ; ) {
        const last = !writing;
        const size = readSync(this.#reader, space, 0, CHUNK, at);
        at += size;
        if (size > 0) onData(space.subarray(0, size));
        else if (last) return;
        // Reading again at once would get a few bytes at a time, and take CPU time from the writer.
        if (size === CHUNK || !writing) await nextTurn();
        else await Promise.race([delay(POLL_MS), ended]);
      }
    } finally {
      this.close();
    }
  }

  /** To be called once the process has its own. */
  closeWriter(): void {
    closeSync(this.writer);
  }

  close(): void {
    closeSync(this.#reader);
    this.#unname();
  }

  // Windows unlinks only closed files.
  #unname(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // At the end, then.
    }
  }
}

/** Whether a process with this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be signalled, but it exists.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
