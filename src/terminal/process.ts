import { statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { PolicyMemory } from "../app/project/policyMemory.ts";
import { main } from "./main.ts";
import { paintFor } from "./text/page.ts";

/**
 * Runs the command line that this process was started with; its exit status is set when all is said.
 * @param cache A folder that only this person writes; null where there is none.
 */
export async function runHere(version: string, cache: string | null): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  // Whoever reads may stop early (`| head`); that is no error.
  stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") return;
    stderr.write(`dropclock: The answer cannot be written (${code}).\n`);
    process.exit(3);
  });
  stderr.on("error", () => {});
  const terminal = stdout.isTTY === true;
  process.exitCode = await main({
    argv: process.argv.slice(2),
    directory: () => process.cwd(),
    version,
    ...(cache === null ? {} : { policies: policiesIn(cache, version) }),
    environment: env,
    input: () => text(process.stdin),
    page: { width: stdout.columns || 80, terminal, paint: paintFor(terminal, env) },
    write: (text) => stdout.write(text),
    complain: (text) => stderr.write(text),
    ...(terminal && stdin.isTTY ? { ask: askHere } : {}),
    debug: env.DROPCLOCK_DEBUG === "1",
  });
}

/** What this build found policies to say before. */
function policiesIn(cache: string, version: string): PolicyMemory {
  // Under development the version stays while the code changes.
  const { mtimeMs, size } = statSync(__filename);
  return new PolicyMemory(join(cache, "policies"), `${version} ${mtimeMs} ${size}`);
}

async function askHere(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // Whoever closes the terminal has not said yes.
  const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}
