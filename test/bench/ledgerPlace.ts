import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Git } from "../../src/git/git.ts";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { GitLedger } from "../../src/ledger/gitLedger.ts";
import { LEDGER_REF } from "../../src/ledger/ledgerHead.ts";
import { snapshotPath } from "../../src/ledger/snapshotFile.ts";
import { storedLedger } from "./fold.bench.ts";

/** Long after all that the ledgers hold, so that what is over is over. */
export const LATER = Date.parse("2040-01-01T00:00:00Z");

/** A repository with a ledger as years of work leave it: a commit for each event, packed, nothing on its branch. */
export class LedgerPlace {
  readonly dir: string;
  readonly size: number;

  private constructor(dir: string, size: number) {
    this.dir = dir;
    this.size = size;
  }

  static async make(folder: string, events: number, incidents: number): Promise<LedgerPlace> {
    const dir = join(folder, `ledger-${events}`);
    mkdirSync(dir, { recursive: true });
    await bare(dir, "git", ["init", "-q", "--initial-branch=main"]);
    const parts = storedLedger(events, incidents).map((event, i) => {
      const bytes = encodeEvent(event);
      const who = `${event.by} ${1_704_067_200 + i} +0000`;
      const size = Buffer.byteLength(bytes);
      return `commit ${LEDGER_REF}\nauthor ${who}\ncommitter ${who}\ndata 0\nM 100644 inline ${eventPath(event)}\ndata ${size}\n${bytes}\n`;
    });
    await bare(dir, "git", ["fast-import", "--quiet"], Buffer.from(parts.join("")));
    return new LedgerPlace(dir, events);
  }

  /** One that remembers nothing. */
  open(): GitLedger {
    return new GitLedger(new Git(this.dir), { now: () => LATER, commonDir: join(this.dir, ".git") });
  }

  /** Takes the snapshot away, and gives what puts it back. */
  takeSnapshot(): () => void {
    const path = snapshotPath(join(this.dir, ".git"));
    const bytes = readFileSync(path);
    this.forget();
    return () => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    };
  }

  forget(): void {
    rmSync(dirname(snapshotPath(join(this.dir, ".git"))), { recursive: true, force: true });
  }

  get name(): string {
    return this.size.toLocaleString("en");
  }
}

/** Runs a program to its end with nothing of ours around it; gives what it printed. */
export function bare(cwd: string, program: string, args: readonly string[], input?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["pipe", "pipe", "ignore"] });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString("latin1");
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`${program} ${args.join(" ")}: ${code}`)),
    );
    child.stdin.end(input);
  });
}
