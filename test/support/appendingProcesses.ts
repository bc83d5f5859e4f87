import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TemporaryRepository } from "./temporaryRepository.ts";

export interface Appended {
  /** Ids in the order of acknowledgement. */
  acknowledged: string[];
  killed: boolean;
  code: number | null;
  stderr: string;
}

/**
 * A process of its own that appends to the ledger.
 * @param killAfter SIGKILL as soon as so many events are acknowledged, in the middle of the next one.
 */
export function appendInProcess(
  repository: TemporaryRepository,
  {
    dir = repository.dir,
    name,
    count,
    killAfter,
  }: { dir?: string; name: string; count: number; killAfter?: number },
): Promise<Appended> {
  const script = new URL("appendWorker.ts", import.meta.url).pathname;
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
    if (acknowledged.length === killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ acknowledged, killed: signal === "SIGKILL", code, stderr }),
    );
  });
}
