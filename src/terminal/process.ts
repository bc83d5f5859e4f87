import { statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { askEarly } from "../app/project/earlyAnswers.ts";
import type { Terminal } from "./main.ts";

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
  const early = askBefore(process.argv.slice(2), cache !== null);
  const [{ main }, { paintFor }] = await Promise.all([import("./main.ts"), import("./text/page.ts")]);
  const terminal = stdout.isTTY === true;
  process.exitCode = await main({
    argv: process.argv.slice(2),
    directory: () => process.cwd(),
    version,
    ...(cache === null ? {} : await memories(cache, version)),
    ...(early ? { early } : {}),
    environment: env,
    input: () => text(process.stdin),
    page: { width: stdout.columns || 80, terminal, paint: paintFor(terminal, env) },
    write: (text) => stdout.write(text),
    complain: (text) => stderr.write(text),
    ...(terminal && stdin.isTTY ? { ask: askHere } : {}),
    debug: env.DROPCLOCK_DEBUG === "1",
  });
}

/** What is asked most often; git works on it while the rest of the program is loaded. */
function askBefore([name, ...options]: string[], remembers: boolean): Terminal["early"] {
  if (name !== "status" || options.some((option) => option !== "--json")) return undefined;
  try {
    const directory = process.cwd();
    return { directory, answers: askEarly(directory, { tags: remembers }) };
  } catch {
    // The folder is gone, which the rest of the program has words for.
    return undefined;
  }
}

/** What this build was told before. */
async function memories(cache: string, version: string): Promise<Pick<Terminal, "policies" | "answers">> {
  const [{ AnswerMemory }, { PolicyMemory }] = await Promise.all([
    import("../app/project/answerMemory.ts"),
    import("../app/project/policyMemory.ts"),
  ]);
  // Under development the version stays while the code changes.
  const { mtimeMs, size } = statSync(__filename);
  const build = `${version} ${mtimeMs} ${size}`;
  return {
    policies: new PolicyMemory(join(cache, "policies"), build),
    answers: (repository) => new AnswerMemory(join(cache, "answers"), build, repository),
  };
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
