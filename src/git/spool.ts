import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";

/** How much is taken in between two turns of the event loop, in bytes. */
const CHUNK = 256 * 1024;

const POLL_MS = 2;

/**
 * A nameless temporary file that a process writes and that is read while it grows. What Node gives a process as a
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
      // One of its own: on Windows reading at a place would move where the other one writes.
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
   * Gives what is written, chunk by chunk, until the writer has ended and all is read, and lets the file go. A chunk
   * is good until the taker returns: new memory for each would have the garbage collected all the time.
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
        // Whoever looks again at once gets a few bytes at a time, and takes from the writer what it could compute with.
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

  // Windows takes the name of a file only from one that is closed.
  #unname(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // At the end, then.
    }
  }
}
