import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TemporaryRepository } from "../git/temporaryRepository.ts";

interface Appended {
  /** Ids in the order of acknowledgement. */
  acknowledged: string[];
  killed: boolean;
  code: number | null;
  stderr: string;
}

/**
 * A process of its own that appends to the ledger.
 * @param killAfter SIGKILL as soon as so many events are acknowledged, in the middle of the next one.
 * @param killDelayMs Waits so long before, so that it may be in the middle of anything.
 * @param worker Left out: it appends and does nothing else.
 */
export function appendInProcess(
  repository: TemporaryRepository,
  {
    dir = repository.dir,
    name,
    count,
    killAfter,
    killDelayMs = 0,
    worker = "appendWorker",
  }: {
    dir?: string;
    name: string;
    count: number;
    killAfter?: number;
    killDelayMs?: number;
    worker?: "appendWorker" | "shareWorker";
  },
): Promise<Appended> {
  const script = new URL(`${worker}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, ["--no-warnings", script, dir, name, String(count)], {
    env: repository.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const acknowledged: string[] = [];
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  createInterface({ input: child.stdout }).on("line", (id) => {
    acknowledged.push(id);
    if (acknowledged.length !== killAfter) return;
    if (killDelayMs === 0) child.kill("SIGKILL");
    else setTimeout(() => child.kill("SIGKILL"), killDelayMs);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ acknowledged, killed: signal === "SIGKILL", code, stderr }),
    );
  });
}
