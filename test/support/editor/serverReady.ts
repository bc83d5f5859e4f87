import { setTimeout as delay } from "node:timers/promises";
import type { ProcessGroup } from "../processes/processGroup.ts";

const TIMEOUT_MS = 60_000;

/**
 * Waits until the VS Code server takes connections and gives its port. One that has an extension to install does
 * that after it has begun to listen; a window opened in between would not have it, so that is waited for too.
 */
export async function serverReady(
  server: ProcessGroup,
  log: () => string,
  installs: boolean,
): Promise<number> {
  let code: number | undefined;
  server.exited.then((value) => {
    code = value;
  });
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const text = log();
    const port = /Extension host agent listening on (\d+)/.exec(text)?.[1];
    if (port !== undefined && (!installs || /was successfully installed/.test(text))) return Number(port);
    if (/Failed Installing Extensions/.test(text)) throw failure("did not install the extension", text);
    if (code !== undefined) throw failure(`ended with ${code}`, text);
    if (Date.now() > deadline) throw failure("was not ready in time", text);
    await delay(50);
  }
}

function failure(what: string, log: string): Error {
  const lines = log.split("\n").filter((line) => /error|fail/i.test(line) && !/bindings file/.test(line));
  return new Error(`The VS Code server ${what}: ${lines.at(-1)?.trim() ?? "it gave no reason"}`);
}
